// Owns the handshake load: full mutual handshakes, nothing else, a fixed number of them.
//
// usage: handshake-client PORT COUNT THREADS [resumed]; settings as in client-context.h. Each
// thread connects, does one full handshake, closes, and begins again, until COUNT are done by all.
// With "resumed" all but one more, which comes first, resume the session of that one by its ticket.
// The result is one line of JSON. Any failed or refused handshake, and one that was resumed where
// it should not be or the other way round, ends the process with status 1.
#include <openssl/objects.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client-context.h"
#include "tls-connection.h"

enum { kMostThreads = 64, kMostHandshakes = 10000000, kLifetimeSeconds = 120 };

static const char kUsage[] = "handshake-client PORT COUNT THREADS [resumed]";

static struct {
  SSL_CTX* context;
  uint16_t port;
  unsigned count;
  atomic_uint started;
  atomic_uint tickets;
  SSL_SESSION* session;  // to resume; NULL: none
} load;

static int count_ticket(SSL* ssl, SSL_SESSION* session) {
  (void)ssl;
  (void)session;
  atomic_fetch_add(&load.tickets, 1);
  return 0;  // the session stays OpenSSL's
}

static int keep_session(SSL* ssl, SSL_SESSION* session) {
  (void)ssl;
  if (load.session != NULL) SSL_SESSION_free(load.session);
  load.session = session;
  return 1;  // it is ours now
}

// take_session does a full handshake for its ticket, which in TLS 1.3 comes afterwards.
static void take_session(void) {
  SSL_CTX_clear_options(load.context, SSL_OP_NO_TICKET);
  SSL_CTX_sess_set_new_cb(load.context, keep_session);
  close_connection(open_connection(load.context, load.port, NULL));
  if (load.session == NULL) fail("the server issued no ticket");
}

static void print_result(SSL* ssl) {
  printf(
      "{\"handshakes\":%u,\"version\":\"%s\",\"cipher\":\"%s\",\"group\":\"%s\",\"tickets\":%u}\n",
      load.count, SSL_get_version(ssl), SSL_get_cipher_name(ssl),
      OBJ_nid2sn((int)SSL_get_negotiated_group(ssl)), atomic_load(&load.tickets));
}

static void* run_thread(void* unused) {
  while (atomic_fetch_add(&load.started, 1) < load.count) {
    close_connection(open_connection(load.context, load.port, load.session));
  }
  return unused;
}

int main(int argc, char** argv) {
  load.port = (uint16_t)natural_argument(argc, argv, 1, UINT16_MAX, kUsage);
  load.count = natural_argument(argc, argv, 2, kMostHandshakes, kUsage);
  const unsigned threads = natural_argument(argc, argv, 3, kMostThreads, kUsage);
  alarm(kLifetimeSeconds);

  load.context = SSL_CTX_new(TLS_client_method());
  if (load.context == NULL) fail("SSL_CTX_new");
  configure_client_context(load.context);
  SSL_CTX_set_session_cache_mode(load.context,
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  if (argc > 4 && strcmp(argv[4], "resumed") == 0) take_session();
  SSL_CTX_sess_set_new_cb(load.context, count_ticket);

  // The last handshake is this thread's own: it tells what was negotiated.
  atomic_store(&load.started, 1);
  pthread_t started[kMostThreads];
  for (unsigned i = 0; i < threads; ++i) {
    if (pthread_create(&started[i], NULL, run_thread, NULL) != 0) fail("pthread_create");
  }
  for (unsigned i = 0; i < threads; ++i) pthread_join(started[i], NULL);

  SSL* last = open_connection(load.context, load.port, load.session);
  SSL_up_ref(last);
  close_connection(last);
  print_result(last);
  SSL_free(last);
  return 0;
}
