// Tests how long a connection is left alone.
#include "admission/patience.h"

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

TEST_CASE("patience wears off with those who stall, and comes back with time") {
  MonotonicTime now{};
  now += std::chrono::hours(1);
  Patience patience(Milliseconds(800), Milliseconds(100));
  CHECK(patience.At(now) == Milliseconds(800));
  patience.Wear(now);
  CHECK(patience.At(now) == Milliseconds(700));
  for (int i = 0; i < 50; ++i) patience.Wear(now);
  CHECK(patience.At(now) == Milliseconds(100));
  now += std::chrono::seconds(2);
  CHECK(patience.At(now) == Milliseconds(350));
  now += std::chrono::hours(1);
  CHECK(patience.At(now) == Milliseconds(800));
}
