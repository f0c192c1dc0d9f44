// Owns the syntax of the extensions that RFC 5280 defines and no verdict depends on. Pure.
#pragma once

#include <string>

#include "base/bytes.h"

namespace pinlatch::tls {

// InformativeExtensionFault says what is wrong with the value of issuerAltName,
// subjectDirectoryAttributes, freshestCRL, authorityInfoAccess or subjectInfoAccess (RFC 5280
// sections 4.2.1.7, 4.2.1.8, 4.2.1.15 and 4.2.2); empty when nothing is, and for any other
// extension. `oid` is the encoded content of the extension's OID.
std::string InformativeExtensionFault(ByteSpan oid, ByteSpan value);

}  // namespace pinlatch::tls
