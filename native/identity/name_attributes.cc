// See name_attributes.h.
#include "identity/name_attributes.h"

#include <utility>

#include "base/ascii.h"
#include "base/bytes.h"
#include "base/encoding.h"
#include "identity/string_types.h"

namespace pinlatch::identity {
namespace {

// FromDer reads the string that the digits of a "#" form are the DER of.
std::optional<std::string> FromDer(std::string_view digits) {
  std::vector<uint8_t> der(digits.size() / 2);
  if (digits.size() % 2 != 0 || !HexDecodeInto(digits, der) || der.size() < 2) return std::nullopt;
  const size_t octets = der[1] < 0x80 ? 0 : der[1] & 0x7FU;
  if (octets > 2 || der.size() < 2 + octets) return std::nullopt;
  size_t length = octets == 0 ? der[1] : 0;
  for (size_t i = 0; i < octets; ++i) length = length << 8 | der[2 + i];
  const ByteSpan content = ByteSpan(der).subspan(2 + octets);
  if (content.size() != length) return std::nullopt;
  return DecodeDirectoryString(der[0], content);
}

}  // namespace

std::optional<std::string> TextOf(const NameAttribute& attribute) {
  if (!attribute.escaped.starts_with('#')) return attribute.value;
  // OpenSSL writes a value that is this one character without a backslash.
  const bool has_name = !attribute.type.empty() && IsLetter(attribute.type.front());
  if (has_name && attribute.escaped.size() == 1) return attribute.value;
  return FromDer(attribute.escaped.substr(1));
}

std::vector<DecodedAttribute> DecodeName(std::string_view name) {
  std::vector<DecodedAttribute> attributes;
  for (const NameAttribute& attribute : SplitName(name)) {
    std::optional<std::string> value = TextOf(attribute);
    if (value && !attribute.type.empty()) {
      attributes.push_back({std::string(attribute.type), *std::move(value)});
    }
  }
  return attributes;
}

}  // namespace pinlatch::identity
