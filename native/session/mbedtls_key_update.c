// See mbedtls_key_update.h.
#include "common.h"  // first in every source of mbedTLS: opens its private fields

#include <string.h>

#include "mbedtls/platform_util.h"
#include "psa_util_internal.h"
#include "ssl_misc.h"
#include "ssl_tls13_keys.h"
#include "session/mbedtls_key_update.h"

enum { kKeyUpdate = 24, kNotRequested = 0, kRequested = 1 };
enum { kMessageSize = 5, kHeaderSize = 4, kForceFlush = 1 };
// So many in a row cost a peer more than they cost us, and nobody needs more.
enum { kMostInARow = 32 };
// AES-GCM is good for 2^24.5 records of full size under one key (RFC 8446 section 5.5).
enum { kRecordsShift = 23 };

typedef enum { kInbound, kOutbound } Direction;

// The secret of a direction is that of the side which sends in it.
static unsigned char* SecretOf(mbedtls_ssl_context* ssl, Direction direction) {
  mbedtls_ssl_tls13_application_secrets* secrets = &ssl->session->app_secrets;
  const int is_server = ssl->conf->endpoint == MBEDTLS_SSL_IS_SERVER;
  return is_server == (direction == kInbound) ? secrets->client_application_traffic_secret_N
                                              : secrets->server_application_traffic_secret_N;
}

static int SetKey(mbedtls_ssl_context* ssl, Direction direction, psa_algorithm_t hash,
                  const unsigned char* secret) {
  mbedtls_ssl_transform* transform = ssl->transform_application;
  mbedtls_cipher_context_t* cipher =
      direction == kInbound ? &transform->cipher_ctx_dec : &transform->cipher_ctx_enc;
  unsigned char* iv = direction == kInbound ? transform->iv_dec : transform->iv_enc;
  const int bits = mbedtls_cipher_get_key_bitlen(cipher);
  const size_t hash_size = PSA_HASH_LENGTH(hash);
  unsigned char key[MBEDTLS_MAX_KEY_LENGTH];
  int ret = mbedtls_ssl_tls13_hkdf_expand_label(hash, secret, hash_size,
                                                MBEDTLS_SSL_TLS1_3_LBL_WITH_LEN(key), NULL, 0, key,
                                                (size_t)bits / 8);
  if (ret == 0) {
    ret = mbedtls_ssl_tls13_hkdf_expand_label(hash, secret, hash_size,
                                              MBEDTLS_SSL_TLS1_3_LBL_WITH_LEN(iv), NULL, 0, iv,
                                              transform->ivlen);
  }
  if (ret == 0) {
    ret = mbedtls_cipher_setkey(cipher, key, bits,
                                direction == kInbound ? MBEDTLS_DECRYPT : MBEDTLS_ENCRYPT);
  }
  mbedtls_platform_zeroize(key, sizeof key);
  return ret;
}

// RFC 8446 section 7.2. The record number starts again with every key (section 5.3), which setting
// the transform does.
static int Renew(mbedtls_ssl_context* ssl, Direction direction) {
  const mbedtls_ssl_ciphersuite_t* suite =
      mbedtls_ssl_ciphersuite_from_id(ssl->session->ciphersuite);
  if (suite == NULL) return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
  const psa_algorithm_t hash = mbedtls_md_psa_alg_from_type((mbedtls_md_type_t)suite->mac);
  const size_t hash_size = PSA_HASH_LENGTH(hash);
  unsigned char* secret = SecretOf(ssl, direction);
  unsigned char next[MBEDTLS_TLS1_3_MD_MAX_SIZE];
  int ret = mbedtls_ssl_tls13_hkdf_expand_label(hash, secret, hash_size,
                                                MBEDTLS_SSL_TLS1_3_LBL_WITH_LEN(traffic_upd), NULL,
                                                0, next, hash_size);
  if (ret == 0) ret = SetKey(ssl, direction, hash, next);
  if (ret == 0) memcpy(secret, next, hash_size);
  mbedtls_platform_zeroize(next, sizeof next);
  if (ret != 0) return ret;
  if (direction == kInbound) {
    mbedtls_ssl_set_inbound_transform(ssl, ssl->transform_application);
  } else {
    mbedtls_ssl_set_outbound_transform(ssl, ssl->transform_application);
  }
  return 0;
}

int pinlatch_tls13_receive_key_update(mbedtls_ssl_context* ssl) {
  if (ssl->in_hslen < kHeaderSize || ssl->in_msg[0] != kKeyUpdate) {
    return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
  }
  if (ssl->in_hslen != kMessageSize) return MBEDTLS_ERR_SSL_DECODE_ERROR;
  // What followed in the same record would have come under the old keys.
  if (ssl->in_msglen != kMessageSize) return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
  const unsigned char request = ssl->in_msg[kHeaderSize];
  if (request != kNotRequested && request != kRequested) return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;
  if (++ssl->pinlatch_key_updates > kMostInARow) return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
  // Any number of requests is answered once, before the next data.
  if (request == kRequested) ssl->pinlatch_key_update_due = 1;
  return Renew(ssl, kInbound);
}

void pinlatch_tls13_note_data(mbedtls_ssl_context* ssl) { ssl->pinlatch_key_updates = 0; }

static int KeysAreWorn(const mbedtls_ssl_context* ssl) {
  const unsigned char* count = ssl->cur_out_ctr;
  return (MBEDTLS_GET_UINT64_BE(count, 0) >> kRecordsShift) != 0;
}

int pinlatch_tls13_renew_keys(mbedtls_ssl_context* ssl) {
  if (ssl->tls_version != MBEDTLS_SSL_VERSION_TLS1_3) return 0;
  if (!ssl->pinlatch_key_update_due && !KeysAreWorn(ssl)) return 0;
  return pinlatch_tls13_send_key_update(ssl, kNotRequested);
}

int pinlatch_tls13_send_key_update(mbedtls_ssl_context* ssl, int request) {
  static const unsigned char kHeader[kHeaderSize] = {kKeyUpdate, 0, 0, 1};
  if (ssl->out_left != 0) return MBEDTLS_ERR_SSL_BAD_INPUT_DATA;
  ssl->pinlatch_key_update_due = 0;
  ssl->out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
  ssl->out_msglen = kMessageSize;
  memcpy(ssl->out_msg, kHeader, kHeaderSize);
  ssl->out_msg[kHeaderSize] = request ? kRequested : kNotRequested;
  const int sent = mbedtls_ssl_write_record(ssl, kForceFlush);
  // With WANT_WRITE the record is sealed under the old keys and waits.
  if (sent != 0 && sent != MBEDTLS_ERR_SSL_WANT_WRITE) return sent;
  const int renewed = Renew(ssl, kOutbound);
  return renewed != 0 ? renewed : sent;
}
