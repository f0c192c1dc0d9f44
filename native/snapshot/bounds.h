// Owns the numbers that bound the document's own numbers and are no key's of the configuration.
// From the schema are made those of its keys (ranges.h) and those that both planes apply
// (shared_bounds.h).
#pragma once

#include <cstdint>

#include "snapshot/shared_bounds.h"  // IWYU pragma: export

namespace pinlatch::snapshot {

// The end of the year 9999, beyond which no certificate can go (RFC 5280 section 4.1.2.5).
inline constexpr uint64_t kMostUnixSeconds = 253402300799;

}  // namespace pinlatch::snapshot
