// Owns the text of distinguished names (RFC 4514). Internal to identity/ and tls/.
#pragma once

#include <mbedtls/x509.h>

#include <string>

namespace pinlatch::identity {

// DistinguishedName returns the RFC 4514 text of a parsed name, most specific RDN first. Attribute
// types with a usual short name have it (CN, OU, serialNumber, …), others are dotted numbers with
// the value as #hex of its DER. Values are UTF-8; control characters are written \XX, so the text
// never holds a line break or a NUL. A value that its string type does not allow is #hex too.
std::string DistinguishedName(const mbedtls_x509_name& name);

// DottedOid returns an object identifier's content bytes as "1.2.840…"; "invalid" when malformed.
std::string DottedOid(const mbedtls_asn1_buf& oid);

}  // namespace pinlatch::identity
