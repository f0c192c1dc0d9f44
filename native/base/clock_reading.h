// Owns ClockReading: what the wall clock says, and below what it cannot be right. Pure; whoever
// reads the clock makes one.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace pinlatch {

// ClockReading is a wall time and a floor, the latest moment that is known to have passed (the
// program was built then). A clock below the floor is wrong, as that of a board without a battery
// is: it cannot say that something has not begun yet, and what ended before the floor has ended.
class ClockReading {
 public:
  // A time alone is one that is believed.
  constexpr ClockReading(UnixSeconds now, UnixSeconds floor = 0)  // NOLINT(*-explicit-*)
      : now_(now), floor_(floor) {}

  constexpr UnixSeconds now() const { return now_; }
  constexpr UnixSeconds floor() const { return floor_; }
  constexpr bool IsBelowFloor() const { return now_ < floor_; }

  // HasBegun says whether what is valid from `from` on, included, is to be taken as valid.
  constexpr bool HasBegun(UnixSeconds from) const { return IsBelowFloor() || now_ >= from; }
  // HasEnded says whether what is valid until `until`, included, is over.
  constexpr bool HasEnded(UnixSeconds until) const { return std::max(now_, floor_) > until; }

 private:
  UnixSeconds now_;
  UnixSeconds floor_;
};

}  // namespace pinlatch
