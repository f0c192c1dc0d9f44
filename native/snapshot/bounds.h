// Owns the numbers that bound the document's own numbers and are no key's of the configuration;
// those of its keys are in ranges.h, which is made from the schema.
#pragma once

#include <cstdint>

namespace pinlatch::snapshot {

inline constexpr uint64_t kMostPort = 65535;
// The end of the year 9999, beyond which no certificate can go (RFC 5280 section 4.1.2.5).
inline constexpr uint64_t kMostUnixSeconds = 253402300799;

}  // namespace pinlatch::snapshot
