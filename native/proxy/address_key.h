// Owns what counts as one client address wherever addresses are counted: an IPv4 address, or the
// first 64 bits of an IPv6 one, which is what one customer has. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "identity/address_octets.h"

namespace pinlatch::proxy {

// AddressKeyOf returns the number of an address. No IPv6 address in use begins as the number of an
// IPv4 address does: 0000::/8 is reserved (RFC 4291 section 2.4).
inline uint64_t AddressKeyOf(const identity::AddressOctets& address) {
  uint64_t key = 0;
  const size_t size = std::min<size_t>(address.size, 8);
  for (size_t i = 0; i < size; ++i) key = (key << 8) | address.octets[i];
  return key;
}

}  // namespace pinlatch::proxy
