// Owns the reading of ECDSA-Sig-Value (RFC 3279 section 2.2.3), as strict DER: what can be written
// in two ways is two certificates with one signature. Pure.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace pinlatch::tls {

// EcdsaSignature views r and s as big-endian numbers above zero, without leading zeros.
struct EcdsaSignature {
  ByteSpan r;
  ByteSpan s;
};

// ReadEcdsaSignature reads a signature. Nothing when it is not DER, or r or s is not positive.
std::optional<EcdsaSignature> ReadEcdsaSignature(ByteSpan der);

}  // namespace pinlatch::tls
