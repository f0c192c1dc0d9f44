// Owns one blocking TLS connection of a bench client, from connect to close.
#ifndef PINLATCH_TEST_BENCH_TLS_CONNECTION_H_
#define PINLATCH_TEST_BENCH_TLS_CONNECTION_H_

#include <openssl/ssl.h>
#include <stdint.h>

// connect_tcp connects to 127.0.0.1:`port`, with timeouts, or ends the process. The caller closes
// it.
int connect_tcp(uint16_t port);

// open_connection connects to 127.0.0.1:`port` and does a full handshake, or resumes `session`,
// which may be NULL and stays the caller's. The server's certificate is not verified: the load is
// the server's work, and the bench has verified it beforehand. Ends the process with a message on
// any failure, and when the session was resumed or not, other than asked. The caller owns the
// result and gives it to close_connection.
SSL* open_connection(SSL_CTX* context, uint16_t port, SSL_SESSION* session);

// close_connection says close_notify, waits until the server has closed as well (so that no client
// port is left in TIME_WAIT), and frees `ssl`. A TLS 1.3 server that refuses the client certificate
// does so only now: an alert ends the process with a message.
void close_connection(SSL* ssl);

// fail ends the process with `what` and OpenSSL's own errors.
_Noreturn void fail(const char* what);

// natural_argument reads argument `index` of a command line as a number from 1 to `most`, or ends
// the process with `usage`.
unsigned natural_argument(int argc, char** argv, int index, unsigned most, const char* usage);

#endif  // PINLATCH_TEST_BENCH_TLS_CONNECTION_H_
