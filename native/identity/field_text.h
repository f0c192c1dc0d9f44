// Owns the text of single identity fields, and of what presets build from them: times, PEM,
// percent-encoding. Pure; every text is printable ASCII.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "identity/peer_identity.h"
#include "snapshot/identity_field.h"

namespace pinlatch::identity {

// FieldText returns a field of `identity`, empty when the certificate has none. Digests are
// lower-case hexadecimal, names as OpenSSL prints them (openssl_name.h), times RFC 3339 in UTC.
// Several values are joined by ','; a comma within one is "\," in names and \2c in alternative
// names.
std::string FieldText(const PeerIdentity& identity, const snapshot::NamedField& field);

// Rfc3339 returns "2026-11-25T08:00:00Z".
std::string Rfc3339(UnixSeconds time);
// Asn1Time returns a time as certificates write it (RFC 5280 section 4.1.2.5): "261125080000Z",
// from 2050 on with all four digits of the year.
std::string Asn1Time(UnixSeconds time);

std::string UpperHex(ByteSpan bytes);
// PercentEncode encodes all but unreserved characters (RFC 3986 section 2.3) and those of `safe`.
std::string PercentEncode(std::string_view text, std::string_view safe = {});

}  // namespace pinlatch::identity
