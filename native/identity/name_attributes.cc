// See name_attributes.h.
#include "identity/name_attributes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/encoding.h"
#include "identity/string_types.h"

namespace pinlatch::identity {
namespace {

// EndOf returns where the first of `stops` is that no backslash stands before, or the end.
size_t EndOf(std::string_view text, std::string_view stops) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (stops.find(text[i]) != std::string_view::npos) {
      return i;
    }
  }
  return text.size();
}

// Unescape undoes RFC 4514 section 2.4: a backslash before two hexadecimal digits is that octet,
// before anything else that character.
std::string Unescape(std::string_view text) {
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    uint8_t octet = 0;
    if (i + 2 < text.size() && HexDecodeInto(text.substr(i + 1, 2), {&octet, 1})) {
      value += static_cast<char>(octet);
      i += 2;
    } else {
      value += text[++i];
    }
  }
  return value;
}

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

std::optional<std::string> ValueOf(std::string_view text) {
  return text.starts_with('#') ? FromDer(text.substr(1)) : Unescape(text);
}

}  // namespace

std::vector<NameAttribute> NameAttributes(std::string_view name) {
  std::vector<NameAttribute> attributes;
  while (!name.empty()) {
    const std::string_view attribute = name.substr(0, EndOf(name, ",+"));
    const size_t equals = attribute.find('=');
    if (equals != std::string_view::npos) {
      std::optional<std::string> value = ValueOf(attribute.substr(equals + 1));
      if (value)
        attributes.push_back({std::string(attribute.substr(0, equals)), *std::move(value)});
    }
    name.remove_prefix(std::min(name.size(), attribute.size() + 1));
  }
  return attributes;
}

}  // namespace pinlatch::identity
