// Owns one request from its parsed head to its log line, in phases: judge → (answer | open upstream
// → send request ⇄ relay response) → finished. Knows no framing and no TLS of either side: that is
// the DownstreamStream's and the UpstreamStream's. Lives on one worker, owned by the connection (or
// stream) that carries the request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/recycled.h"
#include "cluster/endpoint_choice.h"
#include "exchange/downstream_stream.h"
#include "exchange/health_report.h"
#include "exchange/worker_context.h"
#include "forwarding/forwarded_head.h"
#include "generation/known_clients.h"
#include "http/head.h"
#include "io/timer_wheel.h"
#include "policy/judge.h"
#include "record/peer.h"
#include "record/request_record.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

class Exchange final : public Recycled<Exchange>,
                       private EndpointChoice::Waiter,
                       private UpstreamStream::User,
                       private io::TimerHandler {
 public:
  // The generation that is current now admits the request and is kept until the exchange ends.
  Exchange(WorkerContext& worker, DownstreamStream& stream, KnownPeer& peer);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Begin judges the request and starts the route's action. The head's views must hold for the
  // call.
  void Begin(const http::RequestHead& head);
  // Refuse answers a request that could not be parsed.
  void Refuse(Error error);
  // Advance moves what can be moved in both directions; it says whether anything moved. Call it
  // when the client's body or room for the response may have become available.
  bool Advance();
  // Fail ends the exchange for a reason on the client's side: answers when no response has begun,
  // else aborts it.
  void Fail(Error error);
  // Abandon ends the exchange without an answer: the client is gone.
  void Abandon(ErrorCode reason);

  // Rejudge asks whether what is under way would be admitted now. If not, a tunnel is given up at
  // once, and a request refused of which the service has got nothing, which false says; any other
  // has `timeouts.eviction` to come to its end.
  bool Rejudge();
  // RefuseWaiting refuses a request of which the service has got nothing, and leaves any other be.
  void RefuseWaiting(ErrorCode reason);
  // is_tunnel says that an upgrade has taken place: there is no HTTP any more, and no grace.
  bool is_tunnel() const { return phase_ == Phase::kTunnel; }

  // finished says that the response is complete (or given up) as far as the exchange goes.
  bool finished() const { return phase_ == Phase::kFinished; }
  // is_admitted says that the request was admitted, and still would be.
  bool is_admitted() const { return record_.admitted && !record_.cut; }
  const RequestRecord& record() const { return record_; }

 private:
  enum class Phase : uint8_t {
    kJudging,
    kQueued,  // for an endpoint to have room
    kConnecting,
    kAwaitingHead,
    kRelaying,
    kTunnel,
    kFinished
  };

  // exchange_admission.cc: whether it may, at first and later
  Status Judge(const http::RequestHead& head, const snapshot::Route*& route);
  Status Heed(policy::Judgement judgement, UnixSeconds now);
  static const policy::ListenerPolicy& PolicyOf(const Generation& generation, int listener);
  policy::Ask AskOf(std::string_view host_name) const;
  policy::Held HeldNow() const;
  Status CheckTrailers();
  void TakeNames();
  policy::Judgement JudgeAgain();
  bool Confirm();
  bool waits() const;
  bool distrusts() const {
    return upstream_stream_ != nullptr && upstream_stream_->distrust() != nullptr;
  }
  void HeedDistrust();
  void BeginGrace();
  void OnGraceOver();
  void Cut(policy::Judgement judgement);

  // exchange.cc: the request's own part
  void Act(const http::RequestHead& head, const snapshot::Route& route);
  void Respond(const snapshot::FixedResponse& response);
  void RespondLastHop();
  void RespondMethods();  // to OPTIONS
  void RespondHealth(const HealthReport& report);
  void Answer(Error error);

  // exchange_upstream.cc: reaching the upstream
  bool CanUpgrade(const http::RequestHead& head) const;
  void StartProxy(const http::RequestHead& head, const snapshot::Route& route);
  std::optional<uint64_t> HashKey(const http::RequestHead& head) const;
  void GoOn(bool allow_reuse);
  bool OpenNextTarget(bool allow_reuse);
  void NameHost(const Target& target);
  bool FinishQueueing();
  bool FinishConnecting();
  void BeginRequest();
  bool UpstreamLost();
  Error WithUpstream(const Error& error) const;
  void AnswerTimeout();
  void DropUpstream();
  void LeaveUpstream();

  // exchange_relay.cc: moving bytes
  bool Step();
  bool Relay();
  bool SendRequest();
  bool PullRequest();
  void EndRequestBody();
  bool FlushUpstream();
  bool ReceiveResponse();
  bool ReceiveHead();
  void RelayInterim(const http::ResponseHead& head);
  void Prolong();
  void RelayHead(const http::ResponseHead& head);
  bool RelayBody();
  bool RelayBlocked(bool moved);
  void LetGoOfHead();
  void BreakOff(Error why);
  void FinishResponse();
  void ArmUpstreamTimer();

  // exchange_tunnel.cc: after an upgrade
  void StartTunnel(const http::ResponseHead& head);
  bool RelayTunnel();
  void EndTunnel(Error why);
  void ArmTunnelTimer();

  void OnEndpointTurn() override;
  void OnUpstreamReady() override;
  void OnTimer(io::Timer& timer) override;

  // refused_upgrade: the client may have gone on in another protocol already. None of that may be
  // taken for a request.
  bool refused_upgrade() const { return !request_.upgrade.empty(); }

  const snapshot::Upstream& upstream() const;
  const snapshot::Listener& listener() const;

  WorkerContext& worker_;
  DownstreamStream& stream_;
  KnownPeer& peer_;
  const GenerationPtr generation_;
  int listener_index_ = -1;
  std::unique_ptr<RequestRecord> record_memory_;  // the worker's
  RequestRecord& record_;
  Phase phase_ = Phase::kJudging;
  bool response_begun_ = false;
  uint64_t judged_in_ = 0;            // LivePeers::epoch of the last judgement that admitted it
  std::string_view allowed_methods_;  // of the generation that judged, for the Allow field
  // Armed while the request would not be admitted any more, or its service not accepted; most never
  // have one.
  std::unique_ptr<io::Timer> grace_;
  std::optional<uint32_t> max_forwards_;
  uint32_t route_index_ = 0;  // once the request is admitted
  uint64_t body_limit_ = 0;   // the same; none in a tunnel

  // The request's way to the upstream.
  const snapshot::ProxyTo* proxy_ = nullptr;  // of the generation; none: it is answered here
  EndpointChoice choice_{worker_.loop, *this};
  std::unique_ptr<UpstreamStream> upstream_stream_;
  io::Timer upstream_timer_{*this};
  // What is sent, kept until an upstream has answered, to be sent again on a fresh connection, and
  // for the names of the fields, which a request that goes on behind that moment takes from it.
  ByteBuffer request_head_;
  ClientLines client_lines_;  // in there, until their names are taken
  UpstreamRequest request_;
  std::vector<http::Field> request_trailers_;  // what goes on of the client's
  bool request_was_head_ = false;
  bool request_connects_ = false;  // an extended CONNECT
  bool idempotent_ = false;
  bool request_sent_ = false;    // every byte of the request has been written or was given up
  bool request_pulled_ = false;  // the client's body has been taken to its end
  // The service has yet to invite the client, or to answer.
  bool awaits_invitation_ = false;
  // What a service that says 102 may not prolong its response timeout beyond; most never do.
  std::optional<MonotonicTime> latest_answer_;
};

}  // namespace pinlatch::proxy
