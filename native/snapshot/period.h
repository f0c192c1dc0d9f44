// Owns Period: a span of wall time, as plain data.
#pragma once

#include <cstdint>
#include <limits>

#include "base/clock_reading.h"

namespace pinlatch::snapshot {

// Period begins at `from` and ends before `until`. Without bounds it is always.
struct Period {
  UnixSeconds from = std::numeric_limits<UnixSeconds>::min();
  UnixSeconds until = std::numeric_limits<UnixSeconds>::max();

  bool Contains(const ClockReading& clock) const { return Mask(clock) != 0; }
  // Mask is 1 where it has begun and not ended by the clock, else 0, without a branch.
  uint32_t Mask(const ClockReading& clock) const {
    return static_cast<uint32_t>(from <= clock.latest()) &
           static_cast<uint32_t>(clock.earliest() < until);
  }
  bool operator==(const Period&) const = default;
  bool HasStart() const { return from != std::numeric_limits<UnixSeconds>::min(); }
  bool HasEnd() const { return until != std::numeric_limits<UnixSeconds>::max(); }
};

}  // namespace pinlatch::snapshot
