// The mistake that the test is there to find: ConstantTimeEqual by memcmp. Linked before the base
// layer, it takes the place of base/constant_time.cc.
#include <cstring>

#include "base/constant_time.h"

namespace pinlatch {

uint32_t ConstantTimeEqual(ByteSpan a, ByteSpan b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0 ? 1 : 0;
}

}  // namespace pinlatch
