// See mbedtls_handshake.h.
#include "common.h"  // first in every source of mbedTLS: opens its private fields

#include "ssl_misc.h"
#include "tls/mbedtls_handshake.h"

const uint16_t* pinlatch_hs_signature_algorithms(const mbedtls_ssl_context* ssl) {
  return ssl->handshake->received_sig_algs;
}
