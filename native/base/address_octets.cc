// See address_octets.h.
#include "base/address_octets.h"

#include <arpa/inet.h>

#include <algorithm>

namespace pinlatch {

uint64_t AddressKey(const AddressOctets& address) {
  uint64_t key = 0;
  const size_t size = std::min<size_t>(address.size, 8);
  for (size_t i = 0; i < size; ++i) key = (key << 8) | address.octets[i];
  return key;
}

std::optional<AddressOctets> ParseAddress(const std::string& text) {
  AddressOctets address;
  const bool is_ipv6 = text.find(':') != std::string::npos;
  address.size = is_ipv6 ? 16 : 4;
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), address.octets.data()) != 1)
    return std::nullopt;
  return address;
}

}  // namespace pinlatch
