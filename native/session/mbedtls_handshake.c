// See mbedtls_handshake.h.
#include "common.h"  // first in every source of mbedTLS: opens its private fields

#include "ssl_misc.h"
#include "session/mbedtls_handshake.h"

const uint16_t* pinlatch_hs_signature_algorithms(const mbedtls_ssl_context* ssl) {
  return ssl->handshake->received_sig_algs;
}

// RFC 8446 section 4.1.2: version (2), random (32), session id (1 + n), suites (2 + n).
int pinlatch_hs_offers_suite(const mbedtls_ssl_context* ssl, uint16_t suite) {
  const unsigned char* at = ssl->in_msg + mbedtls_ssl_hs_hdr_len(ssl) + 2 + 32;
  const unsigned char* end = ssl->in_msg + ssl->in_hslen;
  if (at >= end) return 0;
  at += 1 + *at;
  if (end - at < 2) return 0;
  const size_t size = MBEDTLS_GET_UINT16_BE(at, 0);
  at += 2;
  if ((size_t)(end - at) < size) return 0;
  for (end = at + size; end - at >= 2; at += 2) {
    if (MBEDTLS_GET_UINT16_BE(at, 0) == suite) return 1;
  }
  return 0;
}

int pinlatch_hs_has_extended_master_secret(const mbedtls_ssl_context* ssl) {
  return ssl->handshake->extended_ms == MBEDTLS_SSL_EXTENDED_MS_ENABLED;
}

int pinlatch_hs_resumes(const mbedtls_ssl_context* ssl) { return ssl->handshake->resume; }

void pinlatch_hs_forget_resumption(mbedtls_ssl_context* ssl) {
  mbedtls_platform_zeroize(ssl->session_negotiate->master, sizeof ssl->session_negotiate->master);
  ssl->handshake->resume = 0;
  ssl->handshake->new_session_ticket = 1;  // whoever brings a ticket takes one
}

void pinlatch_hs_issue_no_ticket(mbedtls_ssl_context* ssl) {
  ssl->handshake->new_session_tickets_count = 0;
}

void pinlatch_hs_announce_authorities(mbedtls_ssl_context* ssl, const uint8_t* names, size_t size) {
  ssl->handshake->authorities = names;
  ssl->handshake->authorities_len = size;
}

int pinlatch_hs_read_on(mbedtls_ssl_context* ssl) {
  if (ssl->transform_in == NULL && ssl->handshake != NULL &&
      ssl->handshake->transform_handshake != NULL) {
    mbedtls_ssl_set_inbound_transform(ssl, ssl->handshake->transform_handshake);
  }
  int ret = 0;
  while (ret == 0) ret = mbedtls_ssl_read_record(ssl, 0);
  return ret;
}

void pinlatch_hs_has_usual_buffers(mbedtls_ssl_context* ssl) {
  if (ssl->handshake == NULL) return;
  ssl->handshake->in_buf_len = 0;
  ssl->handshake->out_buf_len = 0;
}
