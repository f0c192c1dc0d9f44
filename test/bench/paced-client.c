// Owns the load of one client that asks at fixed moments, so that a server which stalls is seen by
// every request that comes meanwhile, and not by one.
//
// usage: paced-client PORT COUNT RATE PATH; settings as in client-context.h. COUNT requests, RATE a
// second, on one kept-alive connection, after some that do not count. A latency is from the moment
// at which a request was due to its whole answer. The result is one line of JSON. Any answer but a
// 200 ends the process with status 1.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client-context.h"
#include "http1-exchange.h"
#include "schedule.h"
#include "tls-connection.h"

enum { kMostRequests = 1000000, kMostRate = 10000, kLifetimeSeconds = 300, kWarmUp = 50 };

static const char kUsage[] = "paced-client PORT COUNT RATE PATH";

static int compare(const void* a, const void* b) {
  const int64_t left = *(const int64_t*)a;
  const int64_t right = *(const int64_t*)b;
  return (left > right) - (left < right);
}

static double microseconds(const int64_t* sorted, unsigned count, double part) {
  const unsigned index = (unsigned)((double)(count - 1) * part);
  return (double)sorted[index] / 1000;
}

int main(int argc, char** argv) {
  const uint16_t port = (uint16_t)natural_argument(argc, argv, 1, UINT16_MAX, kUsage);
  const unsigned count = natural_argument(argc, argv, 2, kMostRequests, kUsage);
  const unsigned rate = natural_argument(argc, argv, 3, kMostRate, kUsage);
  char request[kMostHttp1Request];
  write_http1_request(request, port, argc > 4 ? argv[4] : "/");
  alarm(kLifetimeSeconds);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  int64_t* latencies = calloc(count, sizeof *latencies);
  if (context == NULL || latencies == NULL) fail("out of memory");
  configure_client_context(context);
  SSL* ssl = open_connection(context, port, NULL);
  for (unsigned i = 0; i < kWarmUp; ++i) exchange_http1(ssl, request);

  const int64_t began = now_ns();
  for (unsigned i = 0; i < count; ++i) {
    const int64_t due = began + (int64_t)i * 1000000000 / rate;
    wait_until(due);
    exchange_http1(ssl, request);
    latencies[i] = now_ns() - due;
  }
  close_connection(ssl);
  qsort(latencies, count, sizeof *latencies, compare);
  printf("{\"p50Us\":%.1f,\"p99Us\":%.1f,\"mostUs\":%.1f}\n", microseconds(latencies, count, 0.5),
         microseconds(latencies, count, 0.99), microseconds(latencies, count, 1));
  return 0;
}
