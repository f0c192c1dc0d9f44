// Owns the making of version 2 headers by hand, sound or not, for the tests.
#pragma once

#include <string>
#include <string_view>

namespace pinlatch::proxy_protocol {

inline std::string Field(char type, std::string_view value) {
  std::string field{type, static_cast<char>(value.size() >> 8), static_cast<char>(value.size())};
  return field.append(value);
}

// Version2 puts a body behind the head that announces it.
inline std::string Version2(char command, char family, std::string_view body) {
  std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
  header += {command, family, static_cast<char>(body.size() >> 8), static_cast<char>(body.size())};
  return header.append(body);
}

// 192.0.2.1:50000 to 198.51.100.9:443
inline const std::string kAddresses4("\xC0\x00\x02\x01\xC6\x33\x64\x09\xC3\x50\x01\xBB", 12);

}  // namespace pinlatch::proxy_protocol
