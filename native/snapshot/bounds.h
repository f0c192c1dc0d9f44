// Owns the numbers that bound the document's own numbers, where more than one part uses them.
#pragma once

#include <cstdint>

namespace pinlatch::snapshot {

// Event loops take their timeouts as int milliseconds: about 24 days.
inline constexpr uint64_t kMostMilliseconds = 2147483647;
inline constexpr uint64_t kMostPort = 65535;
// The largest whole number that JSON carries exactly (RFC 8259 section 6).
inline constexpr uint64_t kMostBodyBytes = (uint64_t{1} << 53) - 1;
// The end of the year 9999, beyond which no certificate can go (RFC 5280 section 4.1.2.5).
inline constexpr uint64_t kMostUnixSeconds = 253402300799;

}  // namespace pinlatch::snapshot
