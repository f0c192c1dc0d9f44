// Owns the question whether a request may leave HTTP for another protocol, and whether an upstream
// agreed to (RFC 9110 section 7.8). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/head.h"

namespace pinlatch::proxy {

// UpgradeAsked returns the one of `allowed` that a request asks to upgrade to, by Upgrade or by an
// extended CONNECT (RFC 8441), or "": then an Upgrade field ends at this hop like any other that is
// for one hop, and the request is an ordinary one. So it is with a body, in HTTP/1.0, with more
// than one Upgrade field, and for WebSocket with another method than GET (RFC 6455 section 4.1).
std::string_view UpgradeAsked(const http::RequestHead& head, std::span<const std::string> allowed);

// WebSocketKey returns a new Sec-WebSocket-Key (RFC 6455 section 4.1), for a client that speaks
// HTTP/2 and has none.
std::string WebSocketKey();

// AgreesToUpgrade says whether a 101 response switches to `protocol` and nothing else.
bool AgreesToUpgrade(const http::ResponseHead& head, std::string_view protocol);

}  // namespace pinlatch::proxy
