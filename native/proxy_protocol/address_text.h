// Owns the text of an address as a header gives it. Pure.
#pragma once

#include <string>

#include "base/address_octets.h"

namespace pinlatch::proxy_protocol {

// AddressText is "192.0.2.1" or the RFC 5952 form of an IPv6 address; "" of an address without
// octets.
std::string AddressText(const AddressOctets& address);

}  // namespace pinlatch::proxy_protocol
