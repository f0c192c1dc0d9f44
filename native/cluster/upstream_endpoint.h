// Owns the state of one endpoint of an upstream on one worker: where it is, whether it may be used,
// what it is at work on. Decides nothing among several; that is the cluster's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "generation/generation.h"
#include "io/event_loop.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// EndpointState says what keeps an endpoint from being used, the gravest first.
enum class EndpointState : uint8_t { kUnresolved, kDown, kEjected, kUp };
// StateName returns "unresolved", "down", "ejected" or "up".
std::string_view StateName(EndpointState state);

class UpstreamEndpoint final : private io::TimerHandler {
 public:
  // Owner hears when an ejection ends by itself.
  class Owner {
   public:
    virtual void OnReadmitted(UpstreamEndpoint& endpoint) = 0;

   protected:
    ~Owner() = default;
  };

  UpstreamEndpoint(io::EventLoop& loop, Owner& owner, std::string name);
  UpstreamEndpoint(const UpstreamEndpoint&) = delete;
  UpstreamEndpoint& operator=(const UpstreamEndpoint&) = delete;

  // Configure takes over what the configuration says.
  void Configure(const snapshot::Endpoint& endpoint, Milliseconds slow_start);
  // SetTargets replaces the addresses; nullptr or none: its name has not been resolved.
  void SetTargets(Targets targets);
  // Retire lets go of the owner: exchanges may hold the endpoint for longer than its cluster does.
  void Retire();

  const std::string& name() const { return name_; }
  uint64_t hash() const { return hash_; }
  uint32_t weight() const { return weight_; }
  bool is_backup() const { return is_backup_; }
  const Targets& targets() const { return targets_; }
  bool resolved() const { return targets_ != nullptr && !targets_->empty(); }
  bool healthy() const { return is_healthy_; }
  bool ejected() const { return is_ejected_; }
  // ejected_here says that this worker found the reason, and not another one.
  bool ejected_here() const { return is_ejected_here_; }
  EndpointState state() const;
  // Share is its weight in thousandths, less of it while it is spared after it came back.
  uint32_t Share() const;
  int64_t& credit() { return credit_; }

  // Enter and Leave count the requests that it works on.
  void Enter();
  void Leave() { --in_flight_; }
  uint32_t in_flight() const { return in_flight_; }
  uint64_t requests() const { return requests_; }
  uint64_t failures() const { return failures_; }

  // FirstTarget is the address to begin with: each in turn, but for those that lately did not take
  // a connection while others may. There is at least one.
  size_t FirstTarget();
  void MarkUnreachable(const Targets& of, size_t target);

  // Succeed and Fail tell what came of a request. Fail returns how many have failed in a row.
  void Succeed() { failures_in_a_row_ = 0; }
  uint32_t Fail();
  // Eject takes it out, for longer when it was taken out a short time ago. Returns for how long.
  Duration Eject(const snapshot::Ejection& ejection);
  // EjectFor takes it out for as long as another worker found right.
  void EjectFor(Duration time);
  // Readmit ends an ejection.
  void Readmit();
  // SetHealthy takes the verdict of health checks.
  void SetHealthy(bool is_healthy);

 private:
  // How long an address is passed over that did not take a connection.
  static constexpr Duration kUnreachable = std::chrono::seconds(10);

  void OnTimer(io::Timer& timer) override;
  void ComeBack();

  io::EventLoop& loop_;
  Owner* owner_;
  const std::string name_;
  const uint64_t hash_;
  uint32_t weight_ = 1;
  bool is_backup_ = false;
  Duration slow_start_{0};
  Targets targets_;
  std::vector<MonotonicTime> unreachable_until_;  // of each target
  size_t next_target_ = 0;

  uint32_t in_flight_ = 0;
  uint64_t requests_ = 0;
  uint64_t failures_ = 0;
  uint32_t failures_in_a_row_ = 0;
  int64_t credit_ = 0;  // of the turns, see balancer.h

  bool is_healthy_ = true;
  bool is_ejected_ = false;
  bool is_ejected_here_ = false;
  uint32_t ejections_ = 0;  // one soon after the other
  Duration ejection_time_{0};
  MonotonicTime readmitted_;
  io::Timer readmission_{*this};
  bool is_spared_ = false;
  MonotonicTime back_since_;
};

}  // namespace pinlatch::proxy
