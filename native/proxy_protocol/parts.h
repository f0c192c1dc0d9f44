// Owns the list of readers, one a version. Internal to this folder.
#pragma once

#include <string_view>

#include "proxy_protocol/header.h"

namespace pinlatch::proxy_protocol {

// What each version begins with.
inline constexpr std::string_view kVersion1Start = "PROXY ";
inline constexpr std::string_view kVersion2Start{"\r\n\r\n\0\r\nQUIT\n", 12};

// Each reads what begins with its start, as ReadHeader does.
Result<size_t> ReadVersion1(std::string_view text, Header& into);
Result<size_t> ReadVersion2(ByteSpan bytes, Header& into);

// WithoutMapping turns an IPv4 address in IPv6 form (::ffff:a.b.c.d) into the IPv4 address.
AddressOctets WithoutMapping(const AddressOctets& address);

}  // namespace pinlatch::proxy_protocol
