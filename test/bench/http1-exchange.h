// Owns one HTTP/1.1 request of a bench client and the reading of its answer.
#ifndef PINLATCH_TEST_BENCH_HTTP1_EXCHANGE_H_
#define PINLATCH_TEST_BENCH_HTTP1_EXCHANGE_H_

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

enum { kMostHttp1Request = 512 };

// write_http1_request writes `GET path` into `to`, of kMostHttp1Request bytes. Ends the process
// when the path is too long.
void write_http1_request(char* to, uint16_t port, const char* path);

// exchange_http1 sends `request` and reads the whole answer, which must be a 200 with a
// Content-Length and nothing behind it. Ends the process with a message otherwise.
void exchange_http1(SSL* ssl, const char* request);

#endif  // PINLATCH_TEST_BENCH_HTTP1_EXCHANGE_H_
