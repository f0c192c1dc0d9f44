// See downstream_connection.h. This file: whether the client may stay, and how it goes when not.
#include "downstream/downstream_connection.h"
#include "log/security_log.h"

namespace pinlatch::proxy {

void DownstreamConnection::Reexamine() {
  if (phase_ != Phase::kServing) return;
  if (!MayStay()) {
    protocol_->OnEvicted();
  } else if (!protocol_->OnReexamined()) {
    return;
  }
  Advance();
}

// A listener that is gone has nobody to judge by: its connections drain.
bool DownstreamConnection::MayStay() {
  if (eviction_) return false;
  if (worker_.live_peers.Holds(right_)) return true;
  if (IsListenerGone()) return true;
  const Status stays = worker_.live_peers.Examine(peer_, right_);
  is_admitted_ = stays.ok() && peer_.identity != nullptr;
  if (!stays.ok()) Evict(stays.error());
  return stays.ok();
}

// A request that was admitted is finished by the generation that admitted it, for as long as the
// grace lasts; whatever carries none can be closed at once.
void DownstreamConnection::Evict(const Error& why) {
  CountEviction(worker_.counters, why.code);
  const bool in_flight = protocol_ && protocol_->busy();
  LogEviction(worker_, peer_, why, in_flight);
  io::TimerHandler& timers = *this;  // the base is private: named here, where it is accessible
  eviction_ = std::make_unique<Eviction>(why.code, timers);
  if (in_flight) worker_.loop.timers().Arm(eviction_->grace, listener().timeouts.eviction);
}

}  // namespace pinlatch::proxy
