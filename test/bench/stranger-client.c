// Owns the load that strangers make: handshakes with a certificate that the server must refuse.
//
// usage: stranger-client PORT COUNT [RATE]; settings as in client-context.h. COUNT handshakes, RATE
// a second all together, or as many as the server takes. SIGINT ends it early. The result is one
// line of JSON. A client that is let in, or not told by an alert that it is not, ends the process
// with status 1.
#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "client-context.h"
#include "schedule.h"
#include "tls-connection.h"

enum { kThreads = 4, kMost = 10000000, kMostRate = 100000, kLifetimeSeconds = 300 };

static const char kUsage[] = "stranger-client PORT COUNT [RATE]";
static const int64_t kSecond = 1000000000;

static struct {
  SSL_CTX* context;
  uint16_t port;
  unsigned count;
  unsigned rate;  // 0: as fast as it goes
  int64_t began;
  atomic_uint started;
  atomic_uint refused;
  atomic_int over;
} load;

static void end_early(int signal_number) {
  (void)signal_number;
  atomic_store(&load.over, 1);
}

// A TLS 1.3 client has finished by the time it is refused, and reads so.
static void be_refused(void) {
  SSL* ssl = SSL_new(load.context);
  const int handle = connect_tcp(load.port);
  if (ssl == NULL || SSL_set_fd(ssl, handle) != 1) fail("SSL_new");
  char byte;
  if (SSL_connect(ssl) == 1 && SSL_read(ssl, &byte, sizeof byte) > 0) fail("a stranger was let in");
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason < SSL_AD_REASON_OFFSET) fail("a stranger was refused without an alert");
  ERR_clear_error();
  SSL_free(ssl);
  close(handle);
  atomic_fetch_add(&load.refused, 1);
}

static void* run_thread(void* unused) {
  while (!atomic_load(&load.over)) {
    const unsigned turn = atomic_fetch_add(&load.started, 1);
    if (turn >= load.count) break;
    if (load.rate != 0) wait_until(load.began + (int64_t)turn * kSecond / load.rate);
    if (!atomic_load(&load.over)) be_refused();
  }
  return unused;
}

int main(int argc, char** argv) {
  load.port = (uint16_t)natural_argument(argc, argv, 1, UINT16_MAX, kUsage);
  load.count = natural_argument(argc, argv, 2, kMost, kUsage);
  load.rate = argc > 3 ? natural_argument(argc, argv, 3, kMostRate, kUsage) : 0;
  alarm(kLifetimeSeconds);
  signal(SIGINT, end_early);
  load.context = SSL_CTX_new(TLS_client_method());
  if (load.context == NULL) fail("SSL_CTX_new");
  configure_client_context(load.context);

  load.began = now_ns();
  pthread_t started[kThreads];
  for (unsigned i = 0; i < kThreads; ++i) {
    if (pthread_create(&started[i], NULL, run_thread, NULL) != 0) fail("pthread_create");
  }
  for (unsigned i = 0; i < kThreads; ++i) pthread_join(started[i], NULL);
  const double seconds = (double)(now_ns() - load.began) / (double)kSecond;
  printf("{\"refused\":%u,\"seconds\":%.3f}\n", atomic_load(&load.refused), seconds);
  return 0;
}
