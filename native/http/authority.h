// Owns the strict reading of host[:port] without allocation. Private to http/. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pinlatch::http {

// Authority is a scanned host[:port]; `name` points into the scanned text.
struct Authority {
  std::string_view name;  // as sent, an IPv6 address with its brackets
  uint16_t port = 0;      // 0 when not given
  bool is_ipv4 = false;
  bool is_ipv6 = false;
  std::array<uint16_t, 8> groups{};  // of an IPv6 address
};

// ScanAuthority accepts a name (letters, digits, '-', '.', '_'; labels of 1 to 63, 253 in all, one
// trailing dot), a dotted IPv4 address or a bracketed IPv6 address (RFC 3986 section 3.2.2, no
// zone), then optionally ':' and a port 1..65535. Names that some recipients take for an IPv4
// address (last label a number) are refused.
std::optional<Authority> ScanAuthority(std::string_view text);

}  // namespace pinlatch::http
