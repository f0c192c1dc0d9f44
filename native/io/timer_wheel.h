// Owns timers: arming, re-arming and disarming cost O(1), whatever their number. One wheel a worker, one thread.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pinlatch::io {

// TimerHandler is told when a timer of its fires; the timer is disarmed by then and may be armed again.
class TimerHandler {
 public:
  virtual void OnTimer(class Timer& timer) = 0;

 protected:
  ~TimerHandler() = default;
};

// Timer is one deadline, part of the object that waits for it. Destroying it disarms it. Intrusive; no allocation.
class Timer {
 public:
  explicit Timer(TimerHandler& handler) : handler_(handler) {}
  ~Timer() { Disarm(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool armed() const { return wheel_ != nullptr; }
  void Disarm();

 private:
  friend class TimerWheel;
  TimerHandler& handler_;
  class TimerWheel* wheel_ = nullptr;
  Timer* next_ = nullptr;
  Timer* previous_ = nullptr;
  uint64_t tick_ = 0;
};

// TimerWheel is a hierarchical wheel with a tick of 10 ms. Timers fire at or after their deadline, never before.
class TimerWheel {
 public:
  explicit TimerWheel(MonotonicTime start);
  ~TimerWheel();
  // Arm sets (or moves) the timer to fire `delay` after the wheel's current time.
  void Arm(Timer& timer, Duration delay);
  // Advance fires what is due at `now`.
  void Advance(MonotonicTime now);
  // UntilNext is how long the loop may sleep; Duration::max() when no timer is armed. It may be short, never long.
  Duration UntilNext(MonotonicTime now) const;
};

}  // namespace pinlatch::io
