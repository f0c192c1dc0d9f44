// Owns ClockReading: what the wall clock says, and below what it cannot be right. Pure; whoever
// reads the clock makes one.
#pragma once

#include <algorithm>
#include <limits>

#include "base/clock.h"

namespace pinlatch {

// ClockReading is a wall time and a floor, the latest moment that is known to have passed (the
// program was built then). A clock below the floor is wrong, as that of a board without a battery
// is: it cannot say that something has not begun yet, and what ended before the floor has ended.
class ClockReading {
 public:
  // Without a floor a time may be before 1970, as certificates' dates are.
  static constexpr UnixSeconds kNoFloor = std::numeric_limits<UnixSeconds>::min();

  // A time alone is one that is believed. Implicit, so that a caller without a floor passes one.
  constexpr ClockReading(UnixSeconds now, UnixSeconds floor = kNoFloor)  // NOLINT(*-explicit-*)
      : now_(now), floor_(floor) {}

  // Unconfirmed is the time of a clock that nobody vouches for: what else is known of the time
  // (base/clock_floor.h) counts as well.
  static constexpr ClockReading Unconfirmed(UnixSeconds now, UnixSeconds floor) {
    ClockReading reading(now, floor);
    reading.is_confirmed_ = false;
    return reading;
  }
  // WithFloor is the same time above another floor.
  constexpr ClockReading WithFloor(UnixSeconds floor) const {
    ClockReading reading = *this;
    reading.floor_ = floor;
    return reading;
  }

  constexpr UnixSeconds now() const { return now_; }
  constexpr UnixSeconds floor() const { return floor_; }
  constexpr bool is_confirmed() const { return is_confirmed_; }
  constexpr bool IsBelowFloor() const { return now_ < floor_; }

  // earliest and latest are the bounds of what the time may be: what begins after the latest has
  // not begun, and what ended before the earliest has ended.
  constexpr UnixSeconds earliest() const { return std::max(now_, floor_); }
  constexpr UnixSeconds latest() const {
    return IsBelowFloor() ? std::numeric_limits<UnixSeconds>::max() : now_;
  }

  // HasBegun says whether what is valid from `from` on, included, is to be taken as valid.
  constexpr bool HasBegun(UnixSeconds from) const { return from <= latest(); }
  // HasEnded says whether what is valid until `until`, included, is over.
  constexpr bool HasEnded(UnixSeconds until) const { return earliest() > until; }

 private:
  UnixSeconds now_;
  UnixSeconds floor_;
  bool is_confirmed_ = true;
};

}  // namespace pinlatch
