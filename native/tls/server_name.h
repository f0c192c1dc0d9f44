// Owns the reading of the server name that a client asks for (RFC 6066 section 3). Internal to
// tls/.
#pragma once

struct mbedtls_ssl_context;

namespace pinlatch::tls {

// RecordServerName is mbedTLS's certificate selection callback. It stores the name, lower case, in
// the session's facts. Choosing a certificate or a trust bundle by name belongs here too, once a
// listener has several. Returns 0, or MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME for what cannot be a host
// name: more than 255 octets, or other than visible ASCII.
int RecordServerName(mbedtls_ssl_context* ssl);

}  // namespace pinlatch::tls
