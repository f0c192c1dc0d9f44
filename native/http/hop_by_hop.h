// Owns which header fields end at this hop (RFC 9110 section 7.6.1). Pure.
#pragma once

#include <string_view>

#include "http/head.h"

namespace pinlatch::http {

// IsHopByHop says whether a field ends at this hop: the well-known ones (Connection, Keep-Alive,
// Proxy-Connection, Transfer-Encoding, TE, Trailer, Upgrade, Proxy-Authenticate,
// Proxy-Authorization, HTTP2-Settings) and every field that a Connection field of the same head
// names. Content-Length and Host are never removed this way: a head whose Connection names them is
// malformed and must have been refused by the parser.
bool IsHopByHop(std::string_view name, const Fields& fields);

}  // namespace pinlatch::http
