// Owns the twin of a certificate: the same certificate with the one other signature that whoever
// holds it can make of its own. An ECDSA signature (r, s) verifies whenever (r, n - s) does, so a
// denial by fingerprint that looks at one of them is a denial of neither. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "identity/peer_identity.h"

namespace pinlatch::tls {

// TwinOf returns the twin of a DER certificate; the twin of a twin is the certificate. Nothing
// where there is none: it is not signed with ECDSA, or the signature is none that could verify. All
// other ways to write the same signature are refused (der/ecdsa_signature.h, der/der_reader.h), and
// RSA signatures have but one form.
std::optional<std::vector<uint8_t>> TwinOf(ByteSpan der);

// TwinPrints are the fingerprints of a twin.
struct TwinPrints {
  identity::Sha256 sha256{};
  identity::Sha1 sha1{};
};
std::optional<TwinPrints> TwinPrintsOf(ByteSpan der);

}  // namespace pinlatch::tls
