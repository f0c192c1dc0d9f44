// Owns the twin of a public key: the same key of an elliptic curve with its point in the other
// form, compressed or not (RFC 5480 section 2.2), or the same numbers of RSA for rsaEncryption and
// for RSASSA-PSS (RFC 4055 section 1.2), which has another fingerprint. A denial of the one is a
// denial of both. Parameters of RSASSA-PSS make further forms: one with any is denied with the form
// for rsaEncryption, not the other way round. Pure.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "identity/peer_identity.h"

namespace pinlatch::tls {

// KeyTwinPrint returns the SHA-256 of the SubjectPublicKeyInfo of the twin of a DER certificate's
// key; nothing where there is none. It costs a square root where the point is compressed.
std::optional<identity::Sha256> KeyTwinPrint(ByteSpan certificate);

}  // namespace pinlatch::tls
