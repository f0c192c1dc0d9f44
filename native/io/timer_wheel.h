// Owns timers: arming, re-arming and disarming cost O(1), whatever their number. One wheel a
// worker, one thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"

namespace pinlatch::io {

// TimerHandler is told when a timer of its fires; the timer is disarmed by then and may be armed
// again.
class TimerHandler {
 public:
  virtual void OnTimer(class Timer& timer) = 0;

 protected:
  ~TimerHandler() = default;
};

// Timer is one deadline, part of the object that waits for it. Destroying it disarms it. Intrusive;
// no allocation.
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
  uint64_t tick_ = 0;  // fires when the wheel reaches this tick
  uint16_t slot_ = 0;  // where it is linked: level * 64 + slot of the level
};

// TimerWheel is a hierarchical wheel with a tick of 10 ms. Timers fire at or after their deadline,
// never before, and in the order of their ticks; within one tick in any order.
//
// Four levels of 64 slots: a slot of level n spans 64^n ticks, so the wheel spans 46 hours. A slot
// of a higher level is spread over the lower ones when its first tick comes; a timer beyond the
// span waits in the farthest slot and is placed again from there. Steps over empty slots cost
// nothing: a bitmap a level knows the occupied ones.
class TimerWheel {
 public:
  explicit TimerWheel(MonotonicTime start);
  // Destroying the wheel disarms what is armed on it.
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Arm sets (or moves) the timer to fire `delay` after the wheel's current time. A delay of zero
  // or less fires at the next tick, never within the Advance that is running.
  void Arm(Timer& timer, Duration delay);
  // SetTime moves the current time, from which Arm counts, and fires nothing. Time never goes back.
  void SetTime(MonotonicTime now);
  // Advance is SetTime, and fires what is due at `now`. Handlers may arm, disarm and destroy
  // timers, but not call Advance.
  void Advance(MonotonicTime now);
  // UntilNext is how long the loop may sleep; Duration::max() when no timer is armed. It may be
  // short (a far timer is stepped towards), never long.
  Duration UntilNext(MonotonicTime now) const;

 private:
  friend class Timer;

  static constexpr Duration kTick = Milliseconds(10);
  static constexpr unsigned kLevels = 4;
  static constexpr unsigned kSlotBits = 6;
  static constexpr unsigned kSlots = 1U << kSlotBits;
  static constexpr uint64_t kSpan = uint64_t{1} << (kSlotBits * kLevels);

  uint64_t NextOccupiedTick() const;
  void Place(Timer& timer);
  void Unlink(Timer& timer);
  void SpreadHigherLevels();
  void FireCurrentTick();

  const MonotonicTime start_;
  Duration elapsed_{0};  // current time, counted from start_
  uint64_t tick_ = 0;    // every timer of this tick and of those before has fired
  bool advancing_ = false;
  std::array<uint64_t, kLevels> occupied_{};
  std::array<Timer*, kLevels * kSlots> slots_{};
};

}  // namespace pinlatch::io
