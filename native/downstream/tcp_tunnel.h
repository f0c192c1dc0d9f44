// Owns one TCP connection behind TLS, from the end of the handshake to its line in the log: it is
// judged by its server name, again whenever the rules change, and bytes go both ways between the
// client and an upstream, each way ending on its own. Knows no protocol. Lives on one worker, owned
// by its connection.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cluster/endpoint_choice.h"
#include "downstream/downstream_protocol.h"
#include "policy/judge.h"
#include "record/request_record.h"
#include "upstream/upstream_connection.h"

namespace pinlatch::proxy {

class TcpTunnel final : public DownstreamProtocol,
                        private UpstreamConnection::User,
                        private EndpointChoice::Waiter {
 public:
  // The connection is judged, and its way to the upstream begun, at once; the transport is told of
  // a refusal in Advance.
  explicit TcpTunnel(DownstreamTransport& transport);
  ~TcpTunnel() override;

  bool Advance() override;
  // A tunnel has no part that could be finished first: whoever may not stay is cut at once.
  bool busy() const override { return false; }
  // It has no end that could be waited for: what is admitted keeps its place for as long as it
  // stands.
  bool serves() const override { return phase_ != Phase::kRefused; }
  void OnReadTimer() override;
  void OnWriteTimeout() override;
  void OnDrain() override {}  // it goes on until the drain's deadline
  void OnEvicted() override;
  void OnGraceOver(ErrorCode reason) override;
  bool OnReexamined() override;
  void Rest() override;

 private:
  enum class Phase : uint8_t { kQueued, kConnecting, kRelaying, kRefused, kUnreachable, kEnded };

  Status Admit();
  policy::Judgement JudgeAgain();
  bool Confirm();
  // tcp_tunnel_upstream.cc
  void StartConnecting();
  std::optional<uint64_t> HashKey() const;
  void GoOn();
  bool OpenNextTarget();
  bool AdvanceConnecting();
  void AppendProxyHeader(ByteBuffer& out) const;
  void OnEndpointTurn() override;
  void OnUpstreamReady(UpstreamConnection& connection) override;
  void OnUpstreamTimer(UpstreamConnection& connection) override;

  bool Relay();
  bool PullFromClient();
  bool PushToUpstream();
  bool PullFromUpstream();
  bool PushToClient();
  bool FinishWhenBothEnded();

  // End logs and closes. How the two sides are closed says whether they have got everything.
  enum class Closing : uint8_t { kOrderly, kReset, kDenied, kBroken };
  void End(std::string_view reason, Closing how);
  void Fail(Error error);
  void LoseClient(Closing how);

  DownstreamTransport& transport_;
  WorkerContext& worker_;
  KnownPeer& peer_;
  std::unique_ptr<RequestRecord> record_memory_;  // the worker's
  RequestRecord& record_;
  // What is needed to reach the upstream; let go of when it is reached, so that a tunnel that lasts
  // keeps no configuration alive.
  GenerationPtr generation_;
  const snapshot::TcpRoute* route_ = nullptr;
  std::string upstream_;  // its name in the configuration, once admitted
  EndpointChoice choice_{worker_.loop, *this};
  std::unique_ptr<UpstreamConnection> connection_;
  Phase phase_ = Phase::kConnecting;
  uint64_t judged_in_ = 0;       // LivePeers::epoch of the last judgement
  bool upstream_deaf_ = false;   // it takes no more, and may still have something to say
  bool client_ended_ = false;    // with close_notify
  bool upstream_ended_ = false;  // with FIN
  bool told_upstream_ = false;   // that the client has ended
  bool told_client_ = false;
  bool client_ended_first_ = false;
};

}  // namespace pinlatch::proxy
