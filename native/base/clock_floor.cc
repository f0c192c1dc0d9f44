// See clock_floor.h.
#include "base/clock_floor.h"

#include <algorithm>

namespace pinlatch {

RaisedFloor RaiseFloor(const ClockReading& clock, std::vector<UnixSeconds> moments) {
  RaisedFloor raised{clock.floor(), {}};
  if (clock.is_confirmed()) return raised;
  std::erase_if(moments,
                [&](UnixSeconds moment) { return moment - kNearestMoment <= clock.now(); });
  std::sort(moments.begin(), moments.end());
  UnixSeconds latest = clock.earliest();
  for (const UnixSeconds moment : moments) {
    if (moment - kFarthestMoment > latest) {
      raised.left_out.push_back(moment);
      continue;
    }
    latest = std::max(latest, moment);
    raised.floor = std::max(raised.floor, moment);
  }
  return raised;
}

}  // namespace pinlatch
