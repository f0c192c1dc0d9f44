// Owns name constraints (RFC 5280 section 4.2.1.10): reading them and holding names against them.
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "names/general_name.h"

namespace pinlatch::tls {

// NameConstraints is what one CA demands of the names below it.
struct NameConstraints {
  std::vector<GeneralName> permitted;
  std::vector<GeneralName> excluded;
  // is_unsupported: a subtree has a minimum or maximum, or a base that no name could be compared
  // with (an IP range whose mask is no prefix, a host with a trailing dot). No certificate below
  // such a CA is accepted.
  bool is_unsupported = false;
  // has_leading_dot: a DNS base begins with a dot. RFC 5280 knows no such form: path search
  // takes no path through such a CA.
  bool has_leading_dot = false;
  // kinds has bit n set when a subtree is of the kind with tag number n.
  uint16_t kinds = 0;

  bool Constrains(GeneralNameKind kind) const {
    return (kinds >> static_cast<unsigned>(kind) & 1) != 0;
  }
};

// ReadNameConstraints reads the value of the extension. Nothing when malformed, which having no
// subtree at all is too.
std::optional<NameConstraints> ReadNameConstraints(DerReader reader);

enum class NameVerdict : uint8_t {
  kHolds,
  kNotPermitted,
  kExcluded,
  kMalformed,    // a name of a constrained kind whose text is not what the kind demands, or that
                 // cannot be compared where it decides
  kUnsupported,  // a name of a kind that is constrained but cannot be compared
  kLimit,        // the comparisons ran out
};

// HoldName holds one name of a certificate against the constraints. `comparisons` is counted down
// by every subtree that is compared; at 0 the answer is kLimit.
NameVerdict HoldName(const GeneralName& name, const NameConstraints& constraints,
                     uint32_t& comparisons);

}  // namespace pinlatch::tls
