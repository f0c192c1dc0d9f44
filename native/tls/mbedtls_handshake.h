// Owns the look into mbedTLS's handshake state that its public headers do not offer. Internal to
// tls/. The source is C, as mbedTLS's private headers are, and is compiled into the mbedtls
// library (native/cmake/third_party.cmake): so it is held to mbedTLS's own declarations, and no
// patch is needed.
#ifndef PINLATCH_TLS_MBEDTLS_HANDSHAKE_H_
#define PINLATCH_TLS_MBEDTLS_HANDSHAKE_H_

#include <mbedtls/ssl.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// pinlatch_hs_signature_algorithms is what the ClientHello offered of signature algorithms that
// mbedTLS knows (RFC 8446 section 4.2.3), in the client's order, ended by 0. A view, for the
// certificate callback.
const uint16_t* pinlatch_hs_signature_algorithms(const mbedtls_ssl_context* ssl);

#ifdef __cplusplus
}
#endif

#endif  // PINLATCH_TLS_MBEDTLS_HANDSHAKE_H_
