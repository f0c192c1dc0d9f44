// Owns the writing of PEM (RFC 7468). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pinlatch {

// PemEncode wraps DER in the text form of RFC 7468, strictly: lines of 64 characters, each ended by
// a line feed. `label` is such as "CERTIFICATE".
std::string PemEncode(std::string_view label, ByteSpan der);

}  // namespace pinlatch
