// Owns WallTimer, which waits for a moment of the wall clock (CLOCK_REALTIME) and notices when
// somebody sets that clock: boards without a battery start in 1970 and leap. One loop's thread.
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
  // it. Error: kSystem.
  static Result<std::unique_ptr<WallTimer>> Create(EventLoop& loop, Handler& handler);
  ~WallTimer();
  WallTimer(const WallTimer&) = delete;
  WallTimer& operator=(const WallTimer&) = delete;

  // Arm waits for the second `when`, and for nothing else that was waited for before. A moment in
  // the past has come.
  void Arm(UnixSeconds when);

 private:
  WallTimer(EventLoop& loop, Handler& handler, int fd) : loop_(loop), handler_(handler), fd_(fd) {}
  void OnReady(Readiness readiness) override;

  EventLoop& loop_;
  Handler& handler_;
  const int fd_;
};

}  // namespace pinlatch::io
