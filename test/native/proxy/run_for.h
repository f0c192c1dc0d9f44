// Owns waiting on an event loop in tests: it runs for a time, and whatever falls due in it.
#pragma once

#include "io/event_loop.h"

namespace pinlatch::proxy {

// RunFor runs `loop` (borrowed, on this thread) for that long; for none, once around.
inline void RunFor(io::EventLoop& loop, Duration time) {
  struct Ender final : io::TimerHandler {
    explicit Ender(io::EventLoop& event_loop) : loop(event_loop) {}
    void OnTimer(io::Timer&) override { loop.Stop(); }
    io::EventLoop& loop;
  } ender(loop);
  io::Timer timer(ender);
  loop.timers().Arm(timer, time);
  loop.Run();
}

}  // namespace pinlatch::proxy
