// Owns the key updates of TLS 1.3 (RFC 8446 section 4.6.3), which mbedTLS 3.6 lacks: a peer that
// renews its keys, as it may at any time and must on a long connection, would be turned away. The
// source is C and compiled into the mbedtls library, as mbedtls_handshake.c is; patches/mbedtls/30
// has mbedTLS call it.
#ifndef PINLATCH_TLS_MBEDTLS_KEY_UPDATE_H_
#define PINLATCH_TLS_MBEDTLS_KEY_UPDATE_H_

#include <mbedtls/ssl.h>

#ifdef __cplusplus
extern "C" {
#endif

// pinlatch_tls13_receive_key_update handles a handshake message that was read after the handshake:
// a KeyUpdate renews the keys that are read with. Returns 0, or the error that ends the connection:
// it is another message, malformed, not at the end of its record (section 5.1), or one too many in
// a row without application data.
int pinlatch_tls13_receive_key_update(mbedtls_ssl_context* ssl);

// pinlatch_tls13_note_data ends such a row: application data has come.
void pinlatch_tls13_note_data(mbedtls_ssl_context* ssl);

// pinlatch_tls13_renew_keys is called before application data is sent, with nothing waiting to be
// sent. It sends a KeyUpdate when the peer has asked for one, or when the keys are near the number
// of records that they are good for (section 5.5). Returns 0; WANT_WRITE: the message waits to be
// sent, and is all that is left to do; or an error that ends the connection.
int pinlatch_tls13_renew_keys(mbedtls_ssl_context* ssl);

// pinlatch_tls13_send_key_update sends a KeyUpdate and renews the keys that are written with;
// `request` asks the peer to do the same. Returns as pinlatch_tls13_renew_keys.
int pinlatch_tls13_send_key_update(mbedtls_ssl_context* ssl, int request);

#ifdef __cplusplus
}
#endif

#endif  // PINLATCH_TLS_MBEDTLS_KEY_UPDATE_H_
