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

  // Around returns the longest period with `now` in it in which no pin begins or ceases to count.
  // What was matched at `now` holds throughout, and no longer: also not when the clock goes back.
  snapshot::Period Around(UnixSeconds now) const;

 private:
  std::vector<UnixSeconds> moments_;  // ascending
};

}  // namespace pinlatch::policy
