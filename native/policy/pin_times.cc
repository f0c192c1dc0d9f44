// See pin_times.h.
#include "policy/pin_times.h"

#include <algorithm>

namespace pinlatch::policy {

PinTimes::PinTimes(const std::vector<snapshot::Client>& clients) {
  for (const snapshot::Client& client : clients) {
    for (const snapshot::Pin& pin : client.pins) {
      if (pin.period.HasStart()) moments_.push_back(pin.period.from);
      if (pin.period.HasEnd()) moments_.push_back(pin.period.until);
    }
  }
  std::sort(moments_.begin(), moments_.end());
  moments_.erase(std::unique(moments_.begin(), moments_.end()), moments_.end());
}

snapshot::Period PinTimes::Around(const ClockReading& clock) const {
  snapshot::Period period;
  if (clock.IsBelowFloor()) {
    period.until = clock.floor();
    return period;
  }
  period.from = clock.floor();
  const auto next = std::upper_bound(moments_.begin(), moments_.end(), clock.now());
  if (next != moments_.end()) period.until = *next;
  if (next != moments_.begin()) period.from = std::max(period.from, *(next - 1));
  return period;
}

}  // namespace pinlatch::policy
