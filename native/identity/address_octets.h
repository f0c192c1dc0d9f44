// Owns the way from the text of an IP address back to its octets. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace pinlatch::identity {

// AddressOctets is an IPv4 address (size 4) or an IPv6 one (size 16).
struct AddressOctets {
  std::array<uint8_t, 16> octets{};
  uint8_t size = 0;

  ByteSpan span() const { return ByteSpan(octets).first(size); }
};

// ParseAddress reads what PeerIdentity::san_ip holds; nullopt for what is no address.
std::optional<AddressOctets> ParseAddress(const std::string& text);

}  // namespace pinlatch::identity
