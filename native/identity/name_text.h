// Owns the taking apart of distinguished names in RFC 4514 text, as distinguished_name.h writes
// them. Pure: no mbedTLS, no certificate.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinlatch::identity {

// NameAttribute is one "type=value" of a name. `value` is UTF-8 with the escapes undone, or what
// stands there when it is the "#hex" of a value that has no text.
struct NameAttribute {
  std::string_view type;
  std::string_view escaped;  // as in the text
  std::string value;
  bool begins_rdn = true;  // false: joined by '+' to the one before
};

// SplitName takes a name apart, most specific RDN first as in the text. The views are into `name`.
std::vector<NameAttribute> SplitName(std::string_view name);

// EscapeValue escapes one value (RFC 4514 section 2.4); control characters are \XX.
std::string EscapeValue(std::string_view value);

// AsciiName writes every octet of a name that is not printable ASCII as \XX, which RFC 4514 section
// 2.4 allows for any, so that the name fits a header field whatever is in it.
std::string AsciiName(std::string_view name);

// OneLineValue writes '/', '\' and what is not printable ASCII in a value as \xXX.
std::string OneLineValue(std::string_view value);

}  // namespace pinlatch::identity
