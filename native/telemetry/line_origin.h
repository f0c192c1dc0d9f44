// Owns LineOrigin: whom a line of the log is about, as far as it takes to share room fairly. Plain
// data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinlatch::telemetry {

// LineKind is what drops are counted by.
enum class LineKind : uint8_t { kAccess, kSecurity, kUpstream };

// LineAbout says how sure it is who brought a line about, and so who may not displace it.
enum class LineAbout : uint8_t {
  kGateway,   // nobody outside: news of upstreams, sums
  kClient,    // a client of the configuration, which proved that it is
  kTrusted,   // the holder of a trusted certificate that is no client
  kClaim,     // somebody who showed a client's certificate and proved nothing
  kStranger,  // anybody
};
inline constexpr size_t kLineAbouts = 5;

struct LineOrigin {
  LineKind kind = LineKind::kSecurity;
  LineAbout about = LineAbout::kGateway;
  uint16_t listener = 0;  // its number, as of the connection's beginning
  uint64_t source = 0;    // the same for lines that the same one brings about
};

}  // namespace pinlatch::telemetry
