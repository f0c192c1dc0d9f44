// Owns the rotation of the keys that session tickets are sealed with. Lives on one worker, for all
// of them.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "io/event_loop.h"
#include "session/ticket_keys.h"

namespace pinlatch::server {

class TicketRotation final : private io::TimerHandler {
 public:
  // Publish hands a new set to every worker. nullptr: there are no keys, so no tickets, until the
  // next rotation.
  using Publish = std::function<void(std::shared_ptr<const tls::TicketKeys>)>;

  // `keys` are those that are in use now.
  TicketRotation(io::EventLoop& loop, std::shared_ptr<const tls::TicketKeys> keys, Publish publish);

  // Every sets how long one key seals, from now on when that is not what it was.
  void Every(Duration interval);

 private:
  void OnTimer(io::Timer& timer) override;

  io::EventLoop& loop_;
  std::shared_ptr<const tls::TicketKeys> keys_;
  const Publish publish_;
  Duration interval_{0};
  io::Timer timer_;
};

}  // namespace pinlatch::server
