// Owns the syntax of SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): whether a key is of a kind
// that verifies here, and written in DER. Its numbers are mbedTLS's to check. Pure.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pinlatch::tls {

// KeyInfoFault says what is malformed in a DER SubjectPublicKeyInfo, for the operator; empty for
// RSA and named curves in the form that RFC 3279 and 5480 give them, and for keys of other kinds,
// whose form is not known here.
std::string KeyInfoFault(ByteSpan der);

// UnsupportedKey names the kind of a key that is not malformed and cannot be used, for the
// operator; empty for RSA and the curves that are compiled in.
std::string UnsupportedKey(ByteSpan der);

}  // namespace pinlatch::tls
