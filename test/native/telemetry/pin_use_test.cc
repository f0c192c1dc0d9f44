// When pins were used, across generations.
#include "telemetry/pin_use.h"

#include "doctest/doctest.h"

namespace pinlatch::telemetry {
namespace {

using Numbers = std::vector<uint32_t>;
using Times = std::vector<UnixSeconds>;
constexpr uint32_t kNone = PinUse::kNone;

Times Read(const PinUse& use, uint64_t generation, const Numbers& origins) {
  Times times(origins.size());
  use.MergeInto(generation, origins, times);
  return times;
}

TEST_CASE("a pin remembers its last use through generations that move it") {
  PinUse use;
  use.Renew(1, {kNone, kNone});
  use.Touch(1, 100);
  CHECK(Read(use, 1, {kNone, kNone}) == Times{0, 100});
  use.Touch(1, 200);
  const Numbers moved = {1, kNone, 0};
  // Not taken over yet: read by where the pins come from.
  CHECK(Read(use, 2, moved) == Times{200, 0, 0});
  use.Renew(2, moved);
  CHECK(Read(use, 2, moved) == Times{200, 0, 0});
  use.Touch(1, 300);
  CHECK(Read(use, 2, moved) == Times{200, 300, 0});
  CHECK(Read(use, 4, moved) == Times{0, 0, 0});
}

TEST_CASE("the latest of several workers counts") {
  PinUse one;
  PinUse two;
  one.Renew(1, {kNone});
  two.Renew(1, {kNone});
  one.Touch(0, 100);
  two.Touch(0, 50);
  Times times(1);
  one.MergeInto(1, {kNone}, times);
  two.MergeInto(1, {kNone}, times);
  CHECK(times == Times{100});
}

TEST_CASE("numbers that there are not change nothing") {
  PinUse use;
  use.Touch(0, 100);
  CHECK_FALSE(use.ShouldWarn(0, 100));
  use.Renew(1, {5});
  CHECK(Read(use, 1, {5}) == Times{0});
}

TEST_CASE("a warning comes once a day for each pin, also after a reload") {
  PinUse use;
  use.Renew(1, {kNone, kNone});
  CHECK(use.ShouldWarn(0, 1'000'000));
  CHECK_FALSE(use.ShouldWarn(0, 1'000'001));
  CHECK(use.ShouldWarn(1, 1'000'001));
  use.Renew(2, {1, 0});
  CHECK_FALSE(use.ShouldWarn(1, 1'086'399));
  CHECK(use.ShouldWarn(1, 1'086'400));
  CHECK(use.ShouldWarn(1, 500'000));
}

}  // namespace
}  // namespace pinlatch::telemetry
