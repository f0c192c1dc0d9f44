// Owns the TLS settings of the bench's clients; see the header.
#include "client-context.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char* required_variable(const char* name) {
  const char* value = getenv(name);
  if (value == NULL) {
    fprintf(stderr, "bench client: %s is not set\n", name);
    exit(2);
  }
  return value;
}

static void require(long succeeded, const char* what) {
  if (succeeded != 1) {
    fprintf(stderr, "bench client: cannot set %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(2);
  }
}

void configure_client_context(SSL_CTX* context) {
  require(SSL_CTX_use_certificate_chain_file(context, required_variable("BENCH_CERTIFICATE")),
          "the client certificate");
  require(SSL_CTX_use_PrivateKey_file(context, required_variable("BENCH_KEY"), SSL_FILETYPE_PEM),
          "the client key");
  require(SSL_CTX_check_private_key(context), "the client key beside its certificate");

  const char* cipher = required_variable("BENCH_CIPHER");
  const int is_tls12 = strcmp(required_variable("BENCH_TLS_VERSION"), "1.2") == 0;
  const int version = is_tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
  require(SSL_CTX_set_min_proto_version(context, version), "the lowest TLS version");
  require(SSL_CTX_set_max_proto_version(context, version), "the highest TLS version");
  require(is_tls12 ? SSL_CTX_set_cipher_list(context, cipher)
                   : SSL_CTX_set_ciphersuites(context, cipher),
          cipher);
  require(SSL_CTX_set1_groups_list(context, required_variable("BENCH_GROUPS")), "the groups");
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}
