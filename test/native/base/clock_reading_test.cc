// A clock below its floor is wrong: what has not begun by it may have, what ended before the floor
// has.
#include "base/clock_reading.h"

#include <doctest/doctest.h>

#include "base/build_date.h"

namespace pinlatch {
namespace {

TEST_CASE("a clock above its floor counts") {
  const ClockReading clock(100, 50);
  CHECK_FALSE(clock.IsBelowFloor());
  CHECK(clock.HasBegun(100));
  CHECK_FALSE(clock.HasBegun(101));
  CHECK_FALSE(clock.HasEnded(100));
  CHECK(clock.HasEnded(99));
}

TEST_CASE("below its floor a clock keeps nothing out for not having begun") {
  const ClockReading clock(0, 50);
  CHECK(clock.IsBelowFloor());
  CHECK(clock.HasBegun(10));
  CHECK(clock.HasBegun(1000));
}

TEST_CASE("below its floor a clock does not bring back what ended before the floor") {
  const ClockReading clock(0, 50);
  CHECK(clock.HasEnded(49));
  CHECK_FALSE(clock.HasEnded(50));
}

TEST_CASE("a time without a floor is believed") {
  const ClockReading clock = UnixSeconds{0};
  CHECK_FALSE(clock.IsBelowFloor());
  CHECK_FALSE(clock.HasBegun(1));
}

TEST_CASE("the build has a date, and it has passed") {
  CHECK(BuildDate() > 1780272000);  // 2026-06-01
  CHECK(BuildDate() <= UnixNow());
}

}  // namespace
}  // namespace pinlatch
