// Owns the syntax of SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): whether a key is of a kind
// that verifies here, and written in DER. Its numbers are mbedTLS's to check. Pure.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pinlatch::tls {

// KeyInfoFault says what is wrong with a DER SubjectPublicKeyInfo, for the operator; empty for RSA
// and for elliptic curves P-256, P-384 and P-521.
std::string KeyInfoFault(ByteSpan der);

}  // namespace pinlatch::tls
