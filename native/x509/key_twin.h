// Owns the twin of a public key: the same key of an elliptic curve with its point in the other
// form, compressed or not (RFC 5480 section 2.2), which has another fingerprint. A denial of the
// one is a denial of both. Of RSA keys there is but one form here (x509/key_info.h). Pure.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "identity/peer_identity.h"

namespace pinlatch::tls {

// KeyTwinPrint returns the SHA-256 of the SubjectPublicKeyInfo of the twin of a DER certificate's
// key; nothing where there is none. It costs a square root where the point is compressed.
std::optional<identity::Sha256> KeyTwinPrint(ByteSpan certificate);

}  // namespace pinlatch::tls
