// Owns the short names of the types of attributes. Pure.
#pragma once

#include <string_view>

namespace pinlatch::identity {

// OwnTypeName returns the name that names are written with here for a dotted number; empty: they
// are written with the number.
std::string_view OwnTypeName(std::string_view number);

// OpenSslTypeName returns OpenSSL's short name of a type as names are written with it here; empty:
// OpenSSL knows none.
std::string_view OpenSslTypeName(std::string_view type);

}  // namespace pinlatch::identity
