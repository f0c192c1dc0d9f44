// Owns the exact comparison of two names, whichever way they are written. Pure.
#pragma once

#include <string_view>

namespace pinlatch::identity {

// AreEqualNames says whether two names have the same RDNs in the same order, each with the same
// attributes in any order (RFC 5280 section 4.1.2.4: a set): the same types, and the same text byte
// for byte, or where a value is no text the same DER. A value in "#" form is equal to its text.
bool AreEqualNames(std::string_view a, std::string_view b);

}  // namespace pinlatch::identity
