// See exchange.h. This file: reaching an upstream, trying the next address, letting it go.
#include <utility>

#include "proxy/exchange.h"
#include "proxy/forwarded_head.h"
#include "proxy/open_upstream.h"

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

void Exchange::StartProxy(const http::RequestHead& head, const snapshot::Route& route) {
  upstream_index_ = *route.upstream;
  request_.is_head = request_was_head_;
  request_.is_chunked = head.framing == http::Framing::kChunked;
  request_.has_body = head.framing != http::Framing::kNone;
  request_.takes_trailers = TakesTrailers(head);
  idempotent_ = IsIdempotent(head.method);

  const UpstreamTargets& reach = generation_->upstreams[upstream_index_];
  const uint32_t endpoint =
      worker_.next_endpoint++ % static_cast<uint32_t>(reach.first_of_endpoint.size());
  next_target_ = reach.first_of_endpoint[endpoint];
  targets_left_ = static_cast<uint32_t>(reach.targets.size());
  const Told told = TellIdentity(worker_, *generation_, static_cast<size_t>(listener_index_), route,
                                 peer_, record_);
  AppendForwardedRequest(request_head_, {head, record_, peer_, generation_->identity_names, told,
                                         reach.targets[next_target_].authority});
  request_.head = request_head_.readable();
  if (!OpenNextTarget(true)) Answer(std::move(connect_failure_));
}

// OpenNextTarget goes through the addresses until one has an idle connection or starts to connect.
bool Exchange::OpenNextTarget(bool allow_reuse) {
  const std::vector<Target>& targets = generation_->upstreams[upstream_index_].targets;
  while (targets_left_ > 0) {
    const Target& target = targets[next_target_];
    next_target_ = (next_target_ + 1) % static_cast<uint32_t>(targets.size());
    --targets_left_;
    record_.upstream = target.name;
    auto opened = OpenUpstream(worker_, target, allow_reuse, *this);
    if (!opened.ok()) {
      connect_failure_ = Error(opened.error().code, target.name + ": " + opened.error().detail);
      continue;
    }
    upstream_stream_ = std::move(opened).value();
    phase_ = Phase::kConnecting;
    worker_.loop.timers().Arm(upstream_timer_, upstream().connect_timeout);
    return true;
  }
  return false;
}

// FinishConnecting says whether the attempt came to an end, either way. Nothing of the request has
// been sent before that, so any failure may move on to the next address.
bool Exchange::FinishConnecting() {
  const Progress progress = upstream_stream_->Connect();
  if (progress == Progress::kBlocked) return false;
  if (progress == Progress::kMoved) {
    BeginRequest();
    return true;
  }
  connect_failure_ = UpstreamError();
  DropUpstream();
  if (!OpenNextTarget(true)) Answer(std::move(connect_failure_));
  return true;
}

void Exchange::BeginRequest() {
  upstream_stream_->SendHead(request_);
  request_sent_ = false;
  request_pulled_ = !request_.has_body;
  if (request_pulled_) upstream_stream_->EndBody({});
  phase_ = Phase::kAwaitingHead;
  ArmUpstreamTimer();
}

// UpstreamLost deals with an upstream that failed before the response head. Where it has not acted
// on the request, or may be asked again and none of the client's body is gone, it gets the request
// once more, on a new connection.
bool Exchange::UpstreamLost() {
  const Replay replay = upstream_stream_->replay();
  const bool may_replay =
      replay == Replay::kAlways || (replay == Replay::kIdempotent && idempotent_);
  const bool is_whole = record_.bytes_in == 0;
  if (may_replay && is_whole && !replayed_) {
    replayed_ = true;
    DropUpstream();
    const auto count =
        static_cast<uint32_t>(generation_->upstreams[upstream_index_].targets.size());
    next_target_ = (next_target_ + count - 1) % count;  // the same address once more
    ++targets_left_;
    if (OpenNextTarget(false)) return true;
    Answer(std::move(connect_failure_));
    return true;
  }
  Answer(UpstreamError());
  return true;
}

Error Exchange::UpstreamError() const {
  const Error& error = upstream_stream_->error();
  return Error(error.code, record_.upstream + ": " + error.detail);
}

void Exchange::DropUpstream() {
  upstream_timer_.Disarm();
  upstream_stream_.reset();
}

void Exchange::OnUpstreamReady() { stream_.Wake(); }

void Exchange::OnTimer(io::Timer&) {
  switch (phase_) {
    case Phase::kConnecting:
      DropUpstream();
      if (!OpenNextTarget(true)) {
        Answer(Error(ErrorCode::kUpstreamConnectTimeout,
                     record_.upstream + " did not take the connection in time"));
      }
      break;
    case Phase::kAwaitingHead:
      // While the client still owes body the upstream has nothing to answer; the client's own
      // timeout watches that.
      if (!request_pulled_ && upstream_stream_->drained()) return ArmUpstreamTimer();
      Answer(
          Error(ErrorCode::kUpstreamTimeout, record_.upstream + " sent no response head in time"));
      break;
    case Phase::kRelaying:
      // A response that waits for the client to take it is not the upstream's fault.
      if (stream_.BodyRoom() == 0) return ArmUpstreamTimer();
      Fail(Error(ErrorCode::kUpstreamTruncated,
                 record_.upstream + " stopped in the middle of its response"));
      break;
    case Phase::kJudging:
    case Phase::kFinished:
      return;
  }
  stream_.Wake();
}

}  // namespace pinlatch::proxy
