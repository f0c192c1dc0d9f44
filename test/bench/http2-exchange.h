// Owns one HTTP/2 request and its response at the beginning of a connection (RFC 9113), as little
// of the protocol as that takes. Windows are so wide that nothing is ever asked for again.
#ifndef PINLATCH_TEST_BENCH_HTTP2_EXCHANGE_H_
#define PINLATCH_TEST_BENCH_HTTP2_EXCHANGE_H_

#include <openssl/ssl.h>

// offer_http2 has connections of `context` offer HTTP/2 and nothing else.
void offer_http2(SSL_CTX* context);

// exchange_http2 sends the client's preface and a GET for `path` at `authority`, and reads to the
// end of the response. Ends the process with a message unless HTTP/2 was agreed on and the answer
// is a 200 with a body.
void exchange_http2(SSL* ssl, const char* authority, const char* path);

#endif  // PINLATCH_TEST_BENCH_HTTP2_EXCHANGE_H_
