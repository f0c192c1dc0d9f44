// A TLS client on mbedTLS 2.28 that makes one GET in TLS 1.2: PORT MAX-FRAGMENT-LENGTH-CODE CA CERT KEY.
// Prints the status line and the longest record that it received, or what went wrong.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mbedtls_net_context net;
static size_t longest;

// Alerts and heads are read as mbedTLS asks for them: five bytes are a record's head.
static int Receive(void* to, unsigned char* bytes, size_t size) {
  (void)to;
  const int got = mbedtls_net_recv(&net, bytes, size);
  if (got == 5 && size == 5) {
    const size_t length = (size_t)bytes[3] << 8 | bytes[4];
    if (length > longest) longest = length;
  }
  return got;
}

static int Fail(const char* what, int error) {
  char text[128];
  mbedtls_strerror(error, text, sizeof text);
  printf("%s failed: -0x%04x %s\n", what, (unsigned)-error, text);
  return 1;
}

static int Load(char** argv, mbedtls_x509_crt* ca, mbedtls_x509_crt* own, mbedtls_pk_context* key) {
  int failed = mbedtls_x509_crt_parse_file(ca, argv[3]);
  if (failed == 0) failed = mbedtls_x509_crt_parse_file(own, argv[4]);
  return failed != 0 ? failed : mbedtls_pk_parse_keyfile(key, argv[5], NULL);
}

int main(int argc, char** argv) {
  if (argc != 6) return 2;
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
  mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, Receive, NULL);
  result = mbedtls_ssl_handshake(&ssl);
  if (result != 0) return Fail("the handshake", result);
  static const char kRequest[] =
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  mbedtls_ssl_write(&ssl, (const unsigned char*)kRequest, strlen(kRequest));
  unsigned char answer[4096];
  result = mbedtls_ssl_read(&ssl, answer, sizeof answer - 1);
  if (result <= 0) return Fail("reading", result);
  answer[result] = 0;
  printf("%.12s %zu\n", (const char*)answer, longest);
  return 0;
}
