// See address_octets.h.
#include "identity/address_octets.h"

#include <arpa/inet.h>

namespace pinlatch::identity {

std::optional<AddressOctets> ParseAddress(const std::string& text) {
  AddressOctets address;
  const bool is_ipv6 = text.find(':') != std::string::npos;
  address.size = is_ipv6 ? 16 : 4;
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), address.octets.data()) != 1)
    return std::nullopt;
  return address;
}

}  // namespace pinlatch::identity
