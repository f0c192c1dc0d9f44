// See address_text.h.
#include "proxy_protocol/address_text.h"

#include <arpa/inet.h>

#include <array>

namespace pinlatch::proxy_protocol {

std::string AddressText(const AddressOctets& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.size == 4 ? AF_INET : AF_INET6;
  if (address.size == 0 ||
      inet_ntop(family, address.octets.data(), text.data(), text.size()) == nullptr) {
    return "";
  }
  return text.data();
}

}  // namespace pinlatch::proxy_protocol
