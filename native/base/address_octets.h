// Owns the way from the text of an IP address back to its octets. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace pinlatch {

// AddressOctets is an IPv4 address (size 4) or an IPv6 one (size 16).
struct AddressOctets {
  std::array<uint8_t, 16> octets{};
  uint8_t size = 0;

  ByteSpan span() const { return ByteSpan(octets).first(size); }
};

// AddressKey is the number by which a client's address counts: an IPv6 one by its first 64 bits,
// which are one site's (RFC 6177). No IPv6 address in use begins as the number of an IPv4 address
// does: 0000::/8 is reserved (RFC 4291 section 2.4).
uint64_t AddressKey(const AddressOctets& address);

// ParseAddress reads what PeerIdentity::san_ip holds; nullopt for what is no address.
std::optional<AddressOctets> ParseAddress(const std::string& text);

}  // namespace pinlatch
