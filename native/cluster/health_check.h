// Owns the health check of one endpoint: asks from time to time whether it is well and counts the
// answers. Runs on the loop of the one worker that asks for this upstream; never blocks.
#pragma once

#include <memory>
#include <random>
#include <string>

#include "base/byte_buffer.h"
#include "cluster/upstream_cluster.h"
#include "http/head.h"
#include "io/event_loop.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

struct UpstreamWorker;

class HealthCheck final : private UpstreamStream::User, private io::TimerHandler, private io::Task {
 public:
  // The check begins at once, and the first answer decides by itself.
  HealthCheck(UpstreamWorker& worker, const std::shared_ptr<UpstreamCluster>& cluster,
              UpstreamCluster::EndpointPtr endpoint);
  HealthCheck(const HealthCheck&) = delete;
  HealthCheck& operator=(const HealthCheck&) = delete;

  // Is says whether this is what asks `endpoint` in the way of `settings`.
  bool Is(const UpstreamEndpoint& endpoint, const snapshot::HealthCheck& settings) const {
    return endpoint_.get() == &endpoint && settings_ == settings;
  }

 private:
  enum class Phase : uint8_t { kIdle, kConnecting, kAwaitingHead };

  void Begin();
  void OpenNext(std::string reason);
  bool FinishConnecting();
  bool ReceiveHead();
  void SendRequest();
  void Pass();
  void Fail(std::string reason);
  void End();
  void ArmInterval();

  void OnUpstreamReady() override;
  void OnTimer(io::Timer& timer) override;
  void Run() override;

  UpstreamWorker& worker_;
  const std::weak_ptr<UpstreamCluster> cluster_;
  const UpstreamCluster::EndpointPtr endpoint_;
  const snapshot::HealthCheck settings_;
  std::minstd_rand random_;
  io::Timer interval_{*this};
  io::Timer timeout_{*this};
  Phase phase_ = Phase::kIdle;
  Targets targets_;
  size_t target_ = 0;
  size_t targets_left_ = 0;
  std::unique_ptr<UpstreamStream> stream_;
  ByteBuffer request_;
  bool is_first_ = true;
  uint32_t in_a_row_ = 0;  // answers that contradict what the endpoint is held to be
};

}  // namespace pinlatch::proxy
