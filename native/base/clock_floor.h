// Owns what moments that somebody else wrote down say of a clock that nobody vouches for: that it
// is later than they are, if they can be right. Pure.
#pragma once

#include <vector>

#include "base/clock_reading.h"

namespace pinlatch {

// RaisedFloor is a floor (ClockReading) and the moments that were not believed.
struct RaisedFloor {
  UnixSeconds floor = ClockReading::kNoFloor;
  std::vector<UnixSeconds> left_out;  // ascending
};

// A moment that is no more than kNearestMoment ahead of the clock says nothing: renewed
// certificates and lists are issued for a time that is to come, and hosts are minutes apart.
constexpr UnixSeconds kNearestMoment = UnixSeconds{24} * 3600;
// kFarthestMoment is how much later than everything else that is known a moment may lie: what was
// dated wrongly must not make a clock that is right look wrong.
constexpr UnixSeconds kFarthestMoment = UnixSeconds{400} * 24 * 3600;

// RaiseFloor raises the floor of `clock` to the latest of these moments that can be right, such as
// a list's thisUpdate. A clock that is confirmed keeps its floor.
RaisedFloor RaiseFloor(const ClockReading& clock, std::vector<UnixSeconds> moments);

}  // namespace pinlatch
