// Owns ClockWatch, which calls at a moment of the wall clock and whenever somebody sets it, for the
// control plane. Lives on one worker, for all of them.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "io/event_loop.h"
#include "io/wall_timer.h"

namespace pinlatch::server {

class ClockWatch final : private io::WallTimer::Handler {
 public:
  // Create waits for the clock to be set. `call` is called on the loop's thread. Error: kSystem.
  static Result<std::unique_ptr<ClockWatch>> Create(io::EventLoop& loop, WallClock clock,
                                                    std::function<void()> call) {
    std::unique_ptr<ClockWatch> watch(new ClockWatch(std::move(call)));
    io::WallTimer::Handler& handler = *watch;  // the base is private: named where it is accessible
    PINLATCH_ASSIGN(watch->timer_, io::WallTimer::Create(loop, handler, clock));
    watch->At(io::WallTimer::kNever);
    return watch;
  }

  // At waits for this second, and for no other that was waited for before.
  void At(UnixSeconds moment) { timer_->Arm(moment); }
  // Call is for a clock that is not the system's, and was set.
  void Call() { call_(); }

 private:
  explicit ClockWatch(std::function<void()> call) : call_(std::move(call)) {}
  // Whoever is called says when it wants to be called next; the clock may be set before.
  void OnWallTimer() override {
    At(io::WallTimer::kNever);
    Call();
  }

  const std::function<void()> call_;
  std::unique_ptr<io::WallTimer> timer_;
};

}  // namespace pinlatch::server
