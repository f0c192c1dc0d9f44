// See ticket_rotation.h.
#include "server/ticket_rotation.h"

#include <utility>

namespace pinlatch::server {

TicketRotation::TicketRotation(io::EventLoop& loop, std::shared_ptr<const tls::TicketKeys> keys,
                               Publish publish)
    : loop_(loop), keys_(std::move(keys)), publish_(std::move(publish)), timer_(*this) {}

void TicketRotation::Every(Duration interval) {
  if (interval == interval_) return;
  interval_ = interval;
  loop_.timers().Arm(timer_, interval_);
}

void TicketRotation::OnTimer(io::Timer&) {
  auto next = tls::TicketKeys::Rotate(*keys_);
  // A key that is due must not seal on: without randomness nobody gets or uses a ticket.
  if (next.ok()) keys_ = *next;
  publish_(next.ok() ? keys_ : nullptr);
  loop_.timers().Arm(timer_, interval_);
}

}  // namespace pinlatch::server
