// See exchange.h. This file: what follows an upgrade. Bytes pass both ways as they come, each way
// through bounded buffers; the client's end is passed on, the upstream's is the end of it all.
#include <limits>
#include <utility>

#include "exchange/exchange.h"
#include "forwarding/forwarded_head.h"

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
  LetGoOfHead();
  ArmTunnelTimer();
}

bool Exchange::RelayTunnel() {
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

}  // namespace pinlatch::proxy
