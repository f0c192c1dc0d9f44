// Owns WallTimer, which waits for a moment of the wall clock and notices when somebody sets the
// system's (CLOCK_REALTIME): boards without a battery start in 1970 and leap. One loop's thread.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "io/event_loop.h"

namespace pinlatch::io {

class WallTimer final : private EventHandler {
 public:
  // Handler is told that the moment has come or that the clock was set: it looks at the clock
  // itself, and arms the timer again.
  class Handler {
   public:
    virtual void OnWallTimer() = 0;

   protected:
    ~Handler() = default;
  };

  // kNever is a moment that no clock reaches: only the setting of the clock is waited for.
  static const UnixSeconds kNever;

  // Create watches nothing before the first Arm. `loop` and `handler` are borrowed and must outlive
  // it; `clock` is the one that moments are of. Error: kSystem.
  static Result<std::unique_ptr<WallTimer>> Create(EventLoop& loop, Handler& handler,
                                                   WallClock clock);
  ~WallTimer();
  WallTimer(const WallTimer&) = delete;
  WallTimer& operator=(const WallTimer&) = delete;

  // Arm waits for the second `when`, and for nothing else that was waited for before. A moment in
  // the past has come. A clock that is not the system's goes on beside it: whoever sets it arms
  // again.
  void Arm(UnixSeconds when);

 private:
  WallTimer(EventLoop& loop, Handler& handler, WallClock clock, int fd)
      : loop_(loop), handler_(handler), clock_(clock), fd_(fd) {}
  UnixSeconds SystemTimeOf(UnixSeconds when) const;
  void OnReady(Readiness readiness) override;

  EventLoop& loop_;
  Handler& handler_;
  const WallClock clock_;
  const int fd_;
};

}  // namespace pinlatch::io
