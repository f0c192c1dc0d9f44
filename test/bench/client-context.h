// Owns what every TLS client of the bench offers: certificate, one protocol version, one cipher
// suite, one key-exchange group, so that each peer does the same cryptography. Makes no connection.
#ifndef PINLATCH_TEST_BENCH_CLIENT_CONTEXT_H_
#define PINLATCH_TEST_BENCH_CLIENT_CONTEXT_H_

#include <openssl/ssl.h>

// configure_client_context applies these environment variables, all of which must be set, to
// `context` (borrowed):
//   BENCH_CERTIFICATE, BENCH_KEY   PEM files
//   BENCH_TLS_VERSION              "1.2" or "1.3"
//   BENCH_CIPHER                   an OpenSSL cipher suite name of that version
//   BENCH_GROUPS                   an OpenSSL group list, "X25519:P-256"
// Session tickets are not asked for. It ends the process with a message on any failure: a client
// that goes on without its certificate would measure refusals.
void configure_client_context(SSL_CTX* context);

// required_variable returns the value of an environment variable or ends the process.
const char* required_variable(const char* name);

#endif  // PINLATCH_TEST_BENCH_CLIENT_CONTEXT_H_
