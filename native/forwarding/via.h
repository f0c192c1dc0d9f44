// Owns the Via field (RFC 9110 section 7.6.3): what this hop says of itself, and how often a
// request has come by hops that say the same. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/result.h"
#include "http/head.h"

namespace pinlatch::proxy {

// kMostOwnHops is how many gateways of this name a request may have come by. Nobody has so many in
// a row: with more it goes in a loop, since an upstream leads back to the gateway.
inline constexpr size_t kMostOwnHops = 8;

// AppendVia writes the field line of this hop. `protocol` is how the request came: "HTTP/1.1".
void AppendVia(ByteBuffer& out, std::string_view protocol);

// CheckLoop counts this gateway's name in Via. Error: kLoopDetected.
Status CheckLoop(const http::Fields& fields);

}  // namespace pinlatch::proxy
