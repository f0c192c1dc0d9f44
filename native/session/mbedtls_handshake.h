// Owns the look into mbedTLS's handshake state that its public headers do not offer. Internal to
// tls/. The source is C, as mbedTLS's private headers are, and is compiled into the mbedtls
// library (native/cmake/third_party.cmake): so it is held to mbedTLS's own declarations, and no
// patch is needed.
#ifndef PINLATCH_TLS_MBEDTLS_HANDSHAKE_H_
#define PINLATCH_TLS_MBEDTLS_HANDSHAKE_H_

#include <mbedtls/ssl.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// pinlatch_hs_signature_algorithms is what the ClientHello offered of signature algorithms that
// mbedTLS knows (RFC 8446 section 4.2.3), in the client's order, ended by 0. A view, for the
// certificate callback.
const uint16_t* pinlatch_hs_signature_algorithms(const mbedtls_ssl_context* ssl);

// pinlatch_hs_offers_suite says whether the ClientHello that was read last, and found well-formed,
// has a cipher suite.
int pinlatch_hs_offers_suite(const mbedtls_ssl_context* ssl, uint16_t suite);

// pinlatch_hs_has_extended_master_secret says whether RFC 7627 was agreed on, in TLS 1.2.
int pinlatch_hs_has_extended_master_secret(const mbedtls_ssl_context* ssl);

// pinlatch_hs_resumes says whether the ClientHello that was read last is answered by resuming.
int pinlatch_hs_resumes(const mbedtls_ssl_context* ssl);

// pinlatch_hs_forget_resumption makes a TLS 1.2 handshake that would resume a full one, before the
// ServerHello.
void pinlatch_hs_forget_resumption(mbedtls_ssl_context* ssl);

// pinlatch_hs_issue_no_ticket keeps a TLS 1.3 handshake from issuing (more) tickets.
void pinlatch_hs_issue_no_ticket(mbedtls_ssl_context* ssl);

// pinlatch_hs_announce_authorities has the CertificateRequest name authorities, as AuthorityNames
// has them. They must outlive the handshake.
void pinlatch_hs_announce_authorities(mbedtls_ssl_context* ssl, const uint8_t* names, size_t size);

// pinlatch_hs_read_on reads records, whatever they hold, until that is not possible, and returns
// the error. Handshake keys that are known are used: a server that could not write its flight has
// not begun to read with them.
int pinlatch_hs_read_on(mbedtls_ssl_context* ssl);

// pinlatch_hs_has_usual_buffers notes that the record buffers are of the usual length again.
void pinlatch_hs_has_usual_buffers(mbedtls_ssl_context* ssl);

#ifdef __cplusplus
}
#endif

#endif  // PINLATCH_TLS_MBEDTLS_HANDSHAKE_H_
