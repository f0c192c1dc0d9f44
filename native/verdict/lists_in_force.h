// Owns the description of the revocation lists of a trust bundle, for whoever looks after it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock_reading.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

// ListInForce describes a list, superseded or not. Times are Unix seconds.
struct ListInForce {
  std::string trust;   // the bundle's name
  std::string source;  // the file
  std::string issuer;  // RFC 4514
  std::string number;  // "0x05"; empty: it has none
  bool is_delta = false;
  UnixSeconds this_update = 0;
  std::optional<UnixSeconds> next_update;
  std::string problem;  // why it is of no use; empty: it is of use, or its signer is not known yet
};

// ListsInForce describes every list of the bundle, at this time.
std::vector<ListInForce> ListsInForce(const TrustBundle& bundle, const ClockReading& clock);

}  // namespace pinlatch::tls
