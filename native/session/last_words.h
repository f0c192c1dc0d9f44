// Owns the alerts that a peer sends in clear, or sends and breaks the connection: what mbedTLS
// itself does not report as one. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

namespace pinlatch::tls {

class RecordStream;

// PlainAlert is the description in the last record when that is an alert in clear, else -1. A peer
// that does not like what it reads may send one in TLS 1.3 before it encrypts; to mbedTLS, which
// expects encryption by then, it is only a record that fails authentication.
int PlainAlert(const mbedtls_ssl_context& ssl);

// LastWords is the description of the alert that a peer sent before it broke the connection, -1
// when it sent none. It is for a handshake that could not write: a peer that refuses a certificate
// sends an alert and closes, perhaps while the rest of the flight is on its way to it, and what it
// sent is still there to be read. Nothing else can be done with the session then.
int LastWords(mbedtls_ssl_context& ssl, const RecordStream& records);

}  // namespace pinlatch::tls
