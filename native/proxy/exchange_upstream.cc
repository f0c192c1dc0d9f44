// See exchange.h. This file: reaching an upstream, trying the next address, letting it go.
#include <cstring>
#include <utility>

#include "proxy/exchange.h"
#include "proxy/forwarded_head.h"

namespace pinlatch::proxy {
namespace {

// Idempotent methods (RFC 9110 section 9.2.2) may be sent again when a kept-alive connection turns
// out to be dead.
bool IsIdempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS" || method == "TRACE";
}

}  // namespace

void Exchange::StartProxy(const http::RequestHead& head, const snapshot::Route& route) {
  upstream_index_ = *route.upstream;
  request_framing_ = head.framing;
  request_pulled_ = head.framing == http::Framing::kNone;
  replayable_ = request_pulled_ && IsIdempotent(head.method);

  const UpstreamTargets& reach = generation_->upstreams[upstream_index_];
  const uint32_t endpoint =
      worker_.next_endpoint++ % static_cast<uint32_t>(reach.first_of_endpoint.size());
  next_target_ = reach.first_of_endpoint[endpoint];
  targets_left_ = static_cast<uint32_t>(reach.targets.size());
  const Told told = TellIdentity(worker_, *generation_, static_cast<size_t>(listener_index_), route,
                                 peer_, record_);
  AppendForwardedRequest(
      request_head_,
      {head, record_, peer_, generation_->identity_names, route.forwarding.rewrite,
       generation_->edits[route_index_].request, told, reach.targets[next_target_].authority});
  if (!OpenNextTarget(true)) Answer(Error(ErrorCode::kUpstreamConnect, connect_failure_));
}

// OpenNextTarget goes through the addresses until one has an idle connection or starts to connect.
bool Exchange::OpenNextTarget(bool allow_reuse) {
  const std::vector<Target>& targets = generation_->upstreams[upstream_index_].targets;
  while (targets_left_ > 0) {
    const Target& target = targets[next_target_];
    next_target_ = (next_target_ + 1) % static_cast<uint32_t>(targets.size());
    --targets_left_;
    record_.upstream = target.name;
    connection_ = allow_reuse ? worker_.pool.Take(target) : nullptr;
    reused_ = connection_ != nullptr;
    if (!reused_) {
      auto opened = UpstreamConnection::Open(worker_.loop, target);
      if (!opened.ok()) {
        connect_failure_ = target.name + ": " + opened.error().detail;
        continue;
      }
      connection_ = std::move(opened).value();
      worker_.counters.upstream_connections_opened.Add();
    } else {
      worker_.counters.upstream_connections_reused.Add();
    }
    connection_->SetUser(this);
    connection_->out().Append(request_head_.readable());
    head_scanned_ = 0;
    request_sent_ = upstream_deaf_ = false;
    phase_ = Phase::kConnecting;
    connection_->ArmTimer(upstream().connect_timeout);
    return true;
  }
  return false;
}

// FinishConnecting says whether the attempt came to an end, either way. Nothing of the request has
// been sent before that, so any failure may move on to the next address.
bool Exchange::FinishConnecting() {
  const Transfer transfer = connection_->Connect();
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind == Transfer::Kind::kMoved) {
    phase_ = Phase::kAwaitingHead;
    ArmUpstreamTimer();
    return true;
  }
  connect_failure_ = record_.upstream + ": " + std::strerror(transfer.system_error);
  connection_.reset();
  if (!OpenNextTarget(true)) Answer(Error(ErrorCode::kUpstreamConnect, connect_failure_));
  return true;
}

// UpstreamLost deals with a connection that ended before the response head. A kept-alive connection
// may have been closed while the request was under way: then nobody has acted on it, and an
// idempotent request is sent again on a new one.
bool Exchange::UpstreamLost(ErrorCode code, std::string detail) {
  const bool stale = reused_ && connection_->in().empty() && interim_responses_ == 0;
  if (stale && replayable_) {
    connection_.reset();
    const auto count =
        static_cast<uint32_t>(generation_->upstreams[upstream_index_].targets.size());
    next_target_ = (next_target_ + count - 1) % count;  // the same address once more
    ++targets_left_;
    if (OpenNextTarget(false)) return true;
  }
  Answer(Error(code, record_.upstream + ": " + std::move(detail)));
  return true;
}

void Exchange::ReleaseUpstream() {
  connection_->SetUser(nullptr);
  connection_->DisarmTimer();
  if (upstream_reusable_ && request_pulled_ && request_sent_ && !upstream_deaf_ &&
      connection_->Quiet()) {
    worker_.pool.Put(std::move(connection_), upstream().keep_alive, upstream().max_idle);
  }
  connection_.reset();
}

void Exchange::OnUpstreamReady(UpstreamConnection&) { stream_.Wake(); }

void Exchange::OnUpstreamTimer(UpstreamConnection&) {
  switch (phase_) {
    case Phase::kConnecting:
      connection_.reset();
      if (!OpenNextTarget(true)) {
        Answer(Error(ErrorCode::kUpstreamConnectTimeout,
                     record_.upstream + " did not take the connection in time"));
      }
      break;
    case Phase::kAwaitingHead:
      // While the client still owes body the upstream has nothing to answer; the client's own
      // timeout watches that.
      if (!request_pulled_ && connection_->out().empty()) return ArmUpstreamTimer();
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
