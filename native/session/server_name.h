// Owns what a client's server name (RFC 6066 section 3) settles in its handshake: which certificate
// it is shown and what is asked of it. Internal to tls/.
#pragma once

#include "session/server_session.h"

struct mbedtls_ssl_context;

namespace pinlatch::tls {

// TakeServerName reads the name of the ClientHello that mbedTLS is reading into the session's
// facts, in its one canonical form (http::ParseServerName), and what holds for it into
// `trust_context`. False for what cannot be a host name.
bool TakeServerName(ServerSession::Impl& session);

// SelectByServerName is mbedTLS's certificate selection callback, asked when the ClientHello has
// been read and nothing was answered. It takes the server name and returns 0, or an mbedTLS error
// after it has set the session's `refusal`: for what cannot be a host name, a name that the
// listener refuses, and a TLS version that is too low for the name.
int SelectByServerName(mbedtls_ssl_context* ssl);

}  // namespace pinlatch::tls
