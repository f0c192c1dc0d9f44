// Owns InterimBound: how many interim responses may precede the answer to one request. Pure.
#pragma once

#include <cstdint>

namespace pinlatch::proxy {

// InterimBound counts the interim responses of a service. A 102 (Processing) comes again and again
// while the answer takes time, which has a bound of its own; any other says something new.
class InterimBound {
 public:
  static constexpr uint32_t kMost = 16;
  static constexpr uint32_t kMostProcessing = 4096;  // two a second for half an hour

  // Takes says whether one more is within the bound.
  bool Takes(uint16_t status) {
    return status == 102 ? ++processing_ <= kMostProcessing : ++others_ <= kMost;
  }
  // any says that there was one.
  bool any() const { return others_ + processing_ > 0; }

 private:
  uint32_t others_ = 0;
  uint32_t processing_ = 0;
};

}  // namespace pinlatch::proxy
