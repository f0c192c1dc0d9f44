// Owns the kinds of keys by their AlgorithmIdentifier (RFC 5280 section 4.1.1.2), of public and
// private keys alike: which mbedTLS knows, and what the others are called. Pure.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pinlatch::tls {

// IsKindOfMbedtls says whether mbedTLS knows the kind by the content of its AlgorithmIdentifier:
// rsaEncryption, and the curves that are compiled in.
bool IsKindOfMbedtls(ByteSpan algorithm);

// KeyKindText names the kind of a key for the operator, such as "an Ed25519 key", by the content
// of its AlgorithmIdentifier: the object identifier, and with an elliptic curve the curve's. An
// unknown one is named by its number.
std::string KeyKindText(ByteSpan algorithm);

// KeyInfoKindText is KeyKindText of a SubjectPublicKeyInfo in DER.
std::string KeyInfoKindText(ByteSpan key_info);

// OtherPrivateKeyText is KeyKindText of a private key in PKCS #8 (RFC 5958), DER. Empty for what is
// none, and for IsKindOfMbedtls.
std::string OtherPrivateKeyText(ByteSpan key);

// HasExplicitCurve says whether a private EC key, PKCS #8 or SEC 1 in DER, has the parameters of
// its curve written out where the curve's name belongs (RFC 5480 section 2.1.1).
bool HasExplicitCurve(ByteSpan key);

}  // namespace pinlatch::tls
