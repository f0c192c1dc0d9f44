// Owns what a client's server name (RFC 6066 section 3) settles in its handshake: which certificate
// it is shown and what is asked of it. Internal to tls/.
#pragma once

struct mbedtls_ssl_context;

namespace pinlatch::tls {

// SelectByServerName is mbedTLS's certificate selection callback, asked when the ClientHello has
// been read and nothing was answered. It leaves the name, lower case, in the session's facts, and
// what holds for it in `trust_context`. Returns 0, or an mbedTLS error after it has set the
// session's `refusal`: for what cannot be a host name (more than 255 octets, or other than visible
// ASCII), a name that the listener refuses, and a TLS version that is too low for the name.
int SelectByServerName(mbedtls_ssl_context* ssl);

}  // namespace pinlatch::tls
