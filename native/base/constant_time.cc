// See constant_time.h. Kept in a translation unit of its own so that no caller's optimiser sees
// through it.
#include "base/constant_time.h"

namespace pinlatch {

uint32_t ConstantTimeEqual(ByteSpan a, ByteSpan b) {
  if (a.size() != b.size()) return 0;
  uint32_t difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<uint32_t>(a[i] ^ b[i]);
    // The empty assembly makes `difference` opaque after every step, so that no compiler may stop
    // early.
    __asm__ volatile("" : "+r"(difference));
  }
  // difference is at most 0xff: subtracting 1 borrows into bit 31 only when it was 0.
  return (difference - 1U) >> 31;
}

}  // namespace pinlatch
