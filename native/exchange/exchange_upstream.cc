// See exchange.h. This file: reaching an upstream, trying the next address, letting it go.
#include <utility>

#include "exchange/exchange.h"
#include "exchange/tell_identity.h"
#include "forwarding/forwarded_head.h"
#include "forwarding/upgrade.h"

namespace pinlatch::proxy {
namespace {

// Idempotent methods (RFC 9110 section 9.2.2) may be sent again when a kept-alive connection turns
// out to be dead.
bool IsIdempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS" || method == "TRACE";
}

bool TakesTrailers(const http::RequestHead& head) {
  const http::Field* te = head.fields.Find("TE");
  return te != nullptr && http::ListHasToken(te->value, "trailers");
}

}  // namespace

bool Exchange::CanUpgrade(const http::RequestHead& head) const {
  return proxy_ != nullptr && !UpgradeAsked(head, proxy_->forwarding.upgrade).empty();
}

void Exchange::StartProxy(const http::RequestHead& head, const snapshot::Route& route) {
  request_.is_head = request_was_head_;
  request_.is_chunked = head.framing == http::Framing::kChunked;
  request_.has_body = head.framing != http::Framing::kNone;
  request_.content_length = head.content_length;
  request_.takes_trailers = TakesTrailers(head);
  request_.expects_continue = LeavesExpectation(head, proxy_->forwarding);
  if (request_.expects_continue) stream_.LeaveInvitation();
  request_.upgrade = UpgradeAsked(head, proxy_->forwarding.upgrade);
  idempotent_ = IsIdempotent(head.method);

  choice_.Begin(worker_.clusters.At(proxy_->upstream), HashKey(head));
  const bool lacks_key = request_connects_ && request_.upgrade == "websocket" &&
                         head.fields.Find("Sec-WebSocket-Key") == nullptr;
  const std::string websocket_key = lacks_key ? WebSocketKey() : std::string();
  const Told told = TellIdentity(worker_, *generation_, static_cast<size_t>(listener_index_), route,
                                 peer_, record_);
  client_lines_ = AppendForwardedRequest(
      request_head_,
      {head, record_, peer_, generation_->identity_names, generation_->guarded_names,
       proxy_->forwarding, generation_->edits[route_index_].request, request_.upgrade,
       websocket_key, told, generation_->snapshot.via, max_forwards_,
       worker_.clusters.At(proxy_->upstream)->authority(), record_.field_names});
  request_.head = request_head_.readable();
  GoOn(true);
}

// HashKey is what the upstream's policy hashes: of what belongs together, the same.
std::optional<uint64_t> Exchange::HashKey(const http::RequestHead& head) const {
  const snapshot::Balancing& balancing = upstream().balancing;
  if (balancing.policy != snapshot::BalancePolicy::kHash) return std::nullopt;
  if (balancing.hash_header.empty()) {
    if (!peer_.identity) return std::nullopt;
    return HashOf(AsText(peer_.identity->sha256));
  }
  const http::Field* field = head.fields.Find(balancing.hash_header);
  if (field == nullptr || field->value.empty()) return std::nullopt;
  return HashOf(field->value);
}

// GoOn tries what is next, or says that nothing is left.
void Exchange::GoOn(bool allow_reuse) {
  if (!Confirm()) return;
  if (!OpenNextTarget(allow_reuse)) Answer(choice_.failure());
}

// OpenNextTarget goes through the addresses until one has an idle connection or starts to connect,
// or the request has to wait for an endpoint.
bool Exchange::OpenNextTarget(bool allow_reuse) {
  while (const Target* target = choice_.Next()) {
    record_.upstream = target->name;
    record_.attempts = choice_.attempts();
    NameHost(*target);
    auto opened = worker_.open_upstream(*target, allow_reuse, *this);
    if (!opened.ok()) {
      choice_.Unreachable(WithUpstream(opened.error()));
      continue;
    }
    upstream_stream_ = std::move(opened).value();
    phase_ = Phase::kConnecting;
    worker_.loop.timers().Arm(upstream_timer_, upstream().connect_timeout);
    return true;
  }
  if (choice_.waiting()) phase_ = Phase::kQueued;
  return choice_.waiting();
}

// NameHost has the head name the endpoint that it goes to, where the route says so: the next one
// may go by another name.
void Exchange::NameHost(const Target& target) {
  if (proxy_->forwarding.rewrite.host != snapshot::HostRewrite::kUpstream) return;
  ReplaceHost(request_head_, target.authority);
  request_.head = request_head_.readable();
}

bool Exchange::FinishQueueing() {
  if (choice_.waiting()) return false;
  GoOn(true);
  return true;
}

void Exchange::OnEndpointTurn() { stream_.Wake(); }

// FinishConnecting says whether the attempt came to an end, either way. Nothing of the request has
// been sent before that, so any failure may move on to the next address.
bool Exchange::FinishConnecting() {
  const Progress progress = upstream_stream_->Connect();
  if (progress == Progress::kBlocked) return false;
  if (progress == Progress::kMoved) {
    BeginRequest();
    return true;
  }
  choice_.Unreachable(WithUpstream(upstream_stream_->error()));
  DropUpstream();
  GoOn(true);
  return true;
}

void Exchange::BeginRequest() {
  if (!Confirm()) return;
  if (!request_.upgrade.empty() && !upstream_stream_->may_upgrade()) {
    return Answer(
        Error(ErrorCode::kUpstreamConnect, record_.upstream + " uses a protocol without upgrades"));
  }
  upstream_stream_->SendHead(request_);
  request_sent_ = false;
  request_pulled_ = !request_.has_body;
  awaits_invitation_ = request_.expects_continue && record_.bytes_in == 0;
  if (request_pulled_) upstream_stream_->EndBody({});
  phase_ = Phase::kAwaitingHead;
  ArmUpstreamTimer();
}

// UpstreamLost deals with an upstream that failed before the response head. Where it has not acted
// on the request, or may be asked again and none of the client's body is gone, the request is sent
// once more, on a new connection.
bool Exchange::UpstreamLost() {
  const Replay replay = upstream_stream_->replay();
  const bool is_whole = record_.bytes_in == 0;
  const bool is_repeatable = is_whole && (replay == Replay::kAlways || idempotent_);
  Error error = WithUpstream(upstream_stream_->error());
  if (choice_.MayResend(replay, is_repeatable, error)) {
    DropUpstream();
    GoOn(false);
  } else {
    Answer(std::move(error));
  }
  return true;
}

Error Exchange::WithUpstream(const Error& error) const {
  return Error(error.code, record_.upstream + ": " + error.detail);
}

void Exchange::DropUpstream() {
  upstream_timer_.Disarm();
  upstream_stream_.reset();
}

// LeaveUpstream comes where the request is over for the upstream.
void Exchange::LeaveUpstream() {
  DropUpstream();
  choice_.Leave();
}

void Exchange::OnUpstreamReady() { stream_.Wake(); }

void Exchange::OnTimer(io::Timer& timer) {
  if (&timer == grace_.get()) return OnGraceOver();
  switch (phase_) {
    case Phase::kConnecting:
      DropUpstream();
      choice_.Unreachable(Error(ErrorCode::kUpstreamConnectTimeout,
                                record_.upstream + " did not accept the connection in time"));
      GoOn(true);
      break;
    case Phase::kAwaitingHead:
      // While the client still owes body the upstream has nothing to answer; the client's own
      // timeout watches that, unless the client waits for the upstream's invitation.
      if (!request_pulled_ && !awaits_invitation_ && upstream_stream_->drained()) {
        return ArmUpstreamTimer();
      }
      AnswerTimeout();
      break;
    case Phase::kRelaying:
      // A response that waits for the client to take it is not the upstream's fault.
      if (stream_.BodyRoom() == 0) return ArmUpstreamTimer();
      BreakOff(Error(ErrorCode::kUpstreamTruncated,
                     record_.upstream + " stopped in the middle of its response"));
      break;
    case Phase::kTunnel:
      EndTunnel(Error(ErrorCode::kIdleTimeout));
      break;
    case Phase::kJudging:
    case Phase::kQueued:
    case Phase::kFinished:
      return;
  }
  stream_.Wake();
}

void Exchange::AnswerTimeout() {
  Error error(ErrorCode::kUpstreamTimeout, record_.upstream + " sent no response head in time");
  choice_.Failed(error);
  Answer(std::move(error));
}

}  // namespace pinlatch::proxy
