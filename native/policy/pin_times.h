// Owns the moments at which pins begin and cease to count, so that who an identity is need not be
// found out anew before the next one. Pure; immutable.
#pragma once

#include <vector>

#include "snapshot/model.h"

namespace pinlatch::policy {

class PinTimes {
 public:
  PinTimes() = default;
  explicit PinTimes(const std::vector<snapshot::Client>& clients);

  // Around returns the longest period with this time in it in which no pin begins or ceases to
  // count. What was matched then holds throughout, and no longer: also not when the clock goes back
  // below its floor, or comes to be above it.
  snapshot::Period Around(const ClockReading& clock) const;

 private:
  std::vector<UnixSeconds> moments_;  // ascending
};

}  // namespace pinlatch::policy
