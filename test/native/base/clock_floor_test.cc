// What others wrote down of the time, and how far it is believed.
#include "base/clock_floor.h"

#include <doctest/doctest.h>

namespace pinlatch::test {
namespace {

constexpr UnixSeconds kDay = 24 * 3600;
constexpr UnixSeconds kBuilt = 1000 * kDay;

ClockReading Showing(UnixSeconds now) { return ClockReading::Unconfirmed(now, kBuilt); }

TEST_CASE("a clock that starts in 1970 is held to the latest moment that is known") {
  const RaisedFloor raised = RaiseFloor(Showing(0), {kBuilt + 3 * kDay, kBuilt + 2 * kDay});
  CHECK(raised.floor == kBuilt + 3 * kDay);
  CHECK(raised.left_out.empty());
  CHECK(RaiseFloor(Showing(0), {kBuilt - kDay}).floor == kBuilt);
}

TEST_CASE("a clock that is a month behind is, and one that is right is not") {
  const UnixSeconds right = kBuilt + 300 * kDay;
  CHECK(RaiseFloor(Showing(right - 30 * kDay), {right}).floor == right);
  CHECK(RaiseFloor(Showing(right), {right, right - 5 * kDay}).floor == kBuilt);
}

TEST_CASE("what lies less than a day ahead says nothing of the clock") {
  const UnixSeconds now = kBuilt + kDay;
  CHECK(RaiseFloor(Showing(now), {now + 12}).floor == kBuilt);
  CHECK(RaiseFloor(Showing(now), {now + kNearestMoment}).floor == kBuilt);
  CHECK(RaiseFloor(Showing(now), {now + kNearestMoment + 1}).floor == now + kNearestMoment + 1);
}

TEST_CASE("what lies more than 400 days beyond all else is left out") {
  const UnixSeconds far = kBuilt + kFarthestMoment + 1;
  RaisedFloor raised = RaiseFloor(Showing(0), {far});
  CHECK(raised.floor == kBuilt);
  CHECK(raised.left_out == std::vector<UnixSeconds>{far});
  // Others lead there, or a clock that goes.
  CHECK(RaiseFloor(Showing(0), {far, kBuilt + kDay}).floor == far);
  CHECK(RaiseFloor(Showing(kBuilt + 2 * kDay), {far}).floor == far);
}

TEST_CASE("a clock that somebody vouches for is believed whatever others wrote") {
  const RaisedFloor raised =
      RaiseFloor(ClockReading(0, kBuilt), {kBuilt + kDay, kBuilt + 1000 * kDay});
  CHECK(raised.floor == kBuilt);
  CHECK(raised.left_out.empty());
}

}  // namespace
}  // namespace pinlatch::test
