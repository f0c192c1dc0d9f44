// Owns what the first bytes of a connection say of HTTP without TLS: the usual mistake is http://
// on a TLS port. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace pinlatch::tls {

// HttpInClear is a request in place of a ClientHello. An answer to kHead has no body (RFC 9110
// section 9.3.2).
enum class HttpInClear : uint8_t { kNone, kRequest, kHead };

// RequestInClear judges the `beginning`, as many bytes as a TLS record has for its head. An empty
// line before the request is passed over (RFC 9112 section 2.2). A method is any word of letters
// and hyphens, registered or not (RFC 9110 section 9.1), so that other protocols whose clients
// begin with a word are taken for HTTP as well; no beginning of a TLS record is one.
HttpInClear RequestInClear(std::string_view beginning);

}  // namespace pinlatch::tls
