// Owns the reading back of names: the attributes of the RFC 4514 text that distinguished_name.h
// writes, also those in "#" form. PeerIdentity keeps the text alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/name_text.h"

namespace pinlatch::identity {

// DecodedAttribute is one attribute of a name: the type as the text has it ("OU", "2.5.4.97"), the
// value as UTF-8 without escapes.
struct DecodedAttribute {
  std::string type;
  std::string value;
};

// TextOf returns the value of one attribute as UTF-8; nothing where it is in "#" form and no
// string.
std::optional<std::string> TextOf(const NameAttribute& attribute);

// DecodeName returns the attributes of a name in the order of its text. A value in "#" form
// (of a type without a short name) is decoded; one that is no string is left out.
std::vector<DecodedAttribute> DecodeName(std::string_view name);

}  // namespace pinlatch::identity
