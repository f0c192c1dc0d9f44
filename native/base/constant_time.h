// Owns comparison of secrets and fingerprints in time that depends on lengths only.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace pinlatch {

// ConstantTimeEqual returns 1 when both spans hold the same bytes, else 0. Its time depends on the
// lengths alone, never on the contents or on where they differ. Spans of different length are
// unequal. The result is an integer so that callers can fold many comparisons with `|` and no
// branch.
uint32_t ConstantTimeEqual(ByteSpan a, ByteSpan b);

}  // namespace pinlatch
