// See name_bytes.h.
#include "tls/name_bytes.h"

#include <cstdint>

namespace pinlatch::test::x509 {
namespace {

std::vector<uint32_t> CodePoints(const std::string& text) {
  std::vector<uint32_t> code_points;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xc0) == 0x80) {
      code_points.back() = code_points.back() << 6 | (byte & 0x3f);
    } else {
      code_points.push_back(byte < 0x80 ? byte : byte & (byte < 0xe0 ? 0x1f : 0x0f));
    }
  }
  return code_points;
}

}  // namespace

std::string Utf16(const std::string& text) {
  std::string bytes;
  for (const uint32_t c : CodePoints(text))
    bytes += {static_cast<char>(c >> 8), static_cast<char>(c)};
  return bytes;
}

std::string Utf32(const std::string& text) {
  std::string bytes;
  for (const uint32_t c : CodePoints(text))
    bytes += {0, 0, static_cast<char>(c >> 8), static_cast<char>(c)};
  return bytes;
}

Der Rdn(const std::vector<std::pair<std::string, std::string>>& attributes) {
  Der content;
  for (const auto& [type, value] : attributes) {
    // The one RDN of a name of one: SEQUENCE { SET { attribute } }, both with lengths of one byte.
    content += Name(type + "=" + value).substr(4);
  }
  return Tlv(0x31, content);
}

}  // namespace pinlatch::test::x509
