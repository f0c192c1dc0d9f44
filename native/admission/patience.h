// Owns how long a connection is left alone in its stage before it may have to give way: long enough
// for a crowd of honest clients that come all at once, and shorter for as long as others are in
// fact found to stall. Pure, one thread.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace pinlatch::proxy {

// Patience wears off by an eighth with each that gave way, down to `shortest`, and comes back with
// time: an eighth of a second a second, up to `longest`.
class Patience {
 public:
  constexpr Patience(Duration longest, Duration shortest)
      : longest_(longest), shortest_(shortest), value_(longest) {}

  Duration At(MonotonicTime now) const {
    return std::min(longest_, value_ + std::max(now - since_, Duration(0)) / kPart);
  }
  void Wear(MonotonicTime now) {
    const Duration before = At(now);
    value_ = std::max(shortest_, before - before / kPart);
    since_ = now;
  }

 private:
  static constexpr int kPart = 8;

  const Duration longest_;
  const Duration shortest_;
  Duration value_;
  MonotonicTime since_;
};

}  // namespace pinlatch::proxy
