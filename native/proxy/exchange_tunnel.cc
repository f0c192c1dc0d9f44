// See exchange.h. This file: what follows an upgrade. Bytes pass both ways as they come, each way
// through bounded buffers; the client's end is passed on, the upstream's is the end of it all.
#include <algorithm>
#include <limits>
#include <utility>

#include "http/target.h"
#include "policy/decide.h"
#include "proxy/exchange.h"
#include "proxy/forwarded_head.h"

namespace pinlatch::proxy {

// StartTunnel passes the upstream's consent on. What the client has sent since its request belongs
// to the other protocol from now on, and not a byte of it before.
void Exchange::StartTunnel(const http::ResponseHead& head) {
  choice_.Reached();
  OutgoingHead outgoing{101, {}, true, std::nullopt, record_.id};
  SelectForwardedFields(head, generation_->edits[route_index_].response, worker_.response_fields);
  outgoing.fields = worker_.response_fields;
  record_.status = stream_.StartTunnel(outgoing, request_.upgrade);
  upstream_stream_->StartTunnel();

  response_begun_ = true;
  request_pulled_ = request_sent_ = false;
  body_limit_ = std::numeric_limits<uint64_t>::max();  // a tunnel has no body
  phase_ = Phase::kTunnel;
  judged_at_ = UnixNow();
  request_head_.Release();
  ArmTunnelTimer();
}

bool Exchange::RelayTunnel() {
  if (!MayGoOn()) return true;
  bool moved = false;
  if (!request_sent_) {
    moved = PullRequest();
    if (moved && request_pulled_) upstream_stream_->EndBody({});
    if (!finished()) moved |= FlushUpstream();
  }
  if (!finished()) moved |= RelayBody();
  if (moved && !finished()) ArmTunnelTimer();
  return moved;
}

// EndTunnel ends it in an orderly way, for a reason that the log has.
void Exchange::EndTunnel(Error why) {
  LeaveUpstream();
  record_.error = std::move(why);
  stream_.EndBody({});
  phase_ = Phase::kFinished;
}

void Exchange::ArmTunnelTimer() {
  worker_.loop.timers().Arm(upstream_timer_, listener().timeouts.tunnel_idle);
}

// A request is decided once, a tunnel again and again: when a generation is published, and with the
// first bytes of every second, because pins begin and cease to count. A tunnel that carries nothing
// may outlive its pin; it carries nothing afterwards.
bool Exchange::MayGoOn() {
  const UnixSeconds now = UnixNow();
  if (judged_at_ == now) return true;
  return Rejudge();
}

bool Exchange::Rejudge() {
  if (phase_ != Phase::kTunnel) return true;
  judged_at_ = UnixNow();
  const Status admitted = Readmit(*worker_.generation, judged_at_);
  if (admitted.ok()) return true;
  Fail(admitted.error());
  return false;
}

// Readmit asks what the request would meet now: a route that is gone, that leads elsewhere by now,
// that upgrades nothing any more or does not admit the client ends the tunnel.
Status Exchange::Readmit(const Generation& generation, UnixSeconds now) {
  const int index = generation.ListenerIndex(peer_.listener_name);
  if (index < 0) return ErrorCode::kDraining;
  http::Host& host = worker_.host;
  host.name.clear();
  if (!record_.host.empty()) PINLATCH_TRY(http::ParseHost(record_.host, host));
  const policy::RouteMatch match = generation.listeners[static_cast<size_t>(index)].routes.Match(
      host.name, record_.path, record_.method);
  if (match.kind != policy::RouteMatch::Kind::kFound) return ErrorCode::kNoRoute;
  const snapshot::Route& route = generation.snapshot.routes[match.route];
  const std::vector<std::string>& allowed = route.forwarding.upgrade;
  if (route.name != record_.route ||
      std::find(allowed.begin(), allowed.end(), request_.upgrade) == allowed.end()) {
    return ErrorCode::kNoRoute;
  }
  const policy::Decision decision = policy::Decide(
      route, peer_.identity.get(), peer_.clients.Of(generation, peer_.identity.get(), now));
  return decision.admitted ? Status() : Status(decision.reason);
}

}  // namespace pinlatch::proxy
