// Owns what a client hears that speaks HTTP without TLS.
#pragma once

#include <string_view>

namespace pinlatch::proxy {

// kSpeakHttps is a whole response of HTTP/1.1, which ends with its connection.
inline constexpr std::string_view kSpeakHttps =
    "HTTP/1.1 400 Bad Request\r\n"
    "Content-Type: text/plain\r\n"
    "Connection: close\r\n"
    "\r\n"
    "This port speaks HTTPS: use https:// in place of http://.\n";

// kSpeakHttpsHead is what of it answers a HEAD.
inline constexpr std::string_view kSpeakHttpsHead =
    kSpeakHttps.substr(0, kSpeakHttps.find("\r\n\r\n") + 4);

// kUnexpectedMessage is that alert in clear (RFC 8446 section 6.2), where the port carries no HTTP.
inline constexpr std::string_view kUnexpectedMessage("\x15\x03\x03\x00\x02\x02\x0a", 7);

}  // namespace pinlatch::proxy
