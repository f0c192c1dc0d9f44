// Owns the names of public keys of kinds that mbedTLS does not read.
#pragma once

#include <mbedtls/x509.h>

#include <string>

namespace pinlatch::identity {

// IsOfOtherKind says that mbedTLS read a certificate or key up to where its kind is named, and does
// not know that kind.
bool IsOfOtherKind(int mbedtls_error);

// OtherKeyAlgorithm names the key in a DER SubjectPublicKeyInfo: "Ed25519", "RSASSA-PSS 2048", or
// the object identifier of its kind or curve. Empty where it has none.
std::string OtherKeyAlgorithm(const mbedtls_x509_buf& key_info);

}  // namespace pinlatch::identity
