// A TLS client on mbedTLS 2.28 that makes one request in TLS 1.2: PORT MAX-FRAGMENT-LENGTH-CODE
// SIZE PIECE CA CERT KEY. SIZE is of the body, which it sends in pieces of PIECE bytes. Prints what
// exchange.h says, or what went wrong.
#define _GNU_SOURCE
#include "exchange.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mbedtls_net_context net;

static int ReceiveNoted(void* to, unsigned char* bytes, size_t size) {
  (void)to;
  const int got = mbedtls_net_recv(&net, bytes, size);
  if (got > 0) NoteRecords(bytes, (size_t)got);
  return got;
}

static int Write(void* ssl, const unsigned char* bytes, size_t size) {
  return mbedtls_ssl_write(ssl, bytes, size);
}

static int Read(void* ssl, unsigned char* bytes, size_t size) {
  return mbedtls_ssl_read(ssl, bytes, size);
}

static int Fail(const char* what, int error) {
  char text[128];
  mbedtls_strerror(error, text, sizeof text);
  printf("%s failed: -0x%04x %s\n", what, (unsigned)-error, text);
  return 1;
}

static int Load(char** argv, mbedtls_x509_crt* ca, mbedtls_x509_crt* own, mbedtls_pk_context* key) {
  int failed = mbedtls_x509_crt_parse_file(ca, argv[5]);
  if (failed == 0) failed = mbedtls_x509_crt_parse_file(own, argv[6]);
  return failed != 0 ? failed : mbedtls_pk_parse_keyfile(key, argv[7], NULL);
}

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  mbedtls_x509_crt ca, own;
  mbedtls_pk_context key;
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_ssl_config config;
  mbedtls_ssl_context ssl;
  mbedtls_x509_crt_init(&ca);
  mbedtls_x509_crt_init(&own);
  mbedtls_pk_init(&key);
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random);
  mbedtls_ssl_config_init(&config);
  mbedtls_ssl_init(&ssl);
  mbedtls_net_init(&net);
  mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
  int result = Load(argv, &ca, &own, &key);
  if (result != 0) return Fail("loading", result);
  mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                              MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_ca_chain(&config, &ca, NULL);
  mbedtls_ssl_conf_own_cert(&config, &own, &key);
  mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
  if (atoi(argv[2]) != 0) mbedtls_ssl_conf_max_frag_len(&config, (unsigned char)atoi(argv[2]));
  result = mbedtls_net_connect(&net, "127.0.0.1", argv[1], MBEDTLS_NET_PROTO_TCP);
  if (result != 0) return Fail("connecting", result);
  mbedtls_ssl_setup(&ssl, &config);
  mbedtls_ssl_set_hostname(&ssl, "localhost");
  mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, ReceiveNoted, NULL);
  result = mbedtls_ssl_handshake(&ssl);
  if (result != 0) return Fail("the handshake", result);
  const struct Connection connection = {&ssl, Write, Read};
  const int answered = Exchange(&connection, (size_t)atol(argv[3]), (size_t)atol(argv[4]));
  return answered ? 0 : Fail("the exchange", result);
}
