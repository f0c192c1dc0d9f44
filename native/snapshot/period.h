// Owns Period: a span of wall time, as plain data.
#pragma once

#include <cstdint>
#include <limits>

#include "base/clock.h"

namespace pinlatch::snapshot {

// Period begins at `from` and ends before `until`. Without bounds it is always.
struct Period {
  UnixSeconds from = std::numeric_limits<UnixSeconds>::min();
  UnixSeconds until = std::numeric_limits<UnixSeconds>::max();

  bool Contains(UnixSeconds moment) const { return Mask(moment) != 0; }
  // Mask is Contains as 1 or 0, without a branch.
  uint32_t Mask(UnixSeconds moment) const {
    return static_cast<uint32_t>(from <= moment) & static_cast<uint32_t>(moment < until);
  }
  bool HasStart() const { return from != std::numeric_limits<UnixSeconds>::min(); }
  bool HasEnd() const { return until != std::numeric_limits<UnixSeconds>::max(); }
};

}  // namespace pinlatch::snapshot
