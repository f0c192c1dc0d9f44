// Owns the idle load: many connections that have carried one request each and now wait.
//
// usage: idle-client PORT COUNT THREADS PATH [h2]; settings as in client-context.h. Opens COUNT
// connections, sends `GET PATH` on each and reads the whole answer, of whatever length, which must
// be a 200 and, over HTTP/1.1, have a Content-Length. Then prints "ready" and holds them until
// standard input ends. It exits with status 1 when a connection was refused, answered otherwise, or
// was closed by the server in the meantime.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client-context.h"
#include "http1-exchange.h"
#include "http2-exchange.h"
#include "tls-connection.h"

enum { kMostThreads = 64, kMostConnections = 100000, kLifetimeSeconds = 360, kOtherFiles = 64 };

static const char kUsage[] = "idle-client PORT COUNT THREADS PATH [h2]";

static struct {
  SSL_CTX* context;
  uint16_t port;
  unsigned count;
  const char* path;
  char authority[32];
  char request[kMostHttp1Request];
  int http2;
  atomic_uint started;
  SSL** connections;
} load;

static void make_request(SSL* ssl) {
  if (load.http2) {
    exchange_http2(ssl, load.authority, load.path);
  } else {
    exchange_http1(ssl, load.request);
  }
}

static void* run_thread(void* unused) {
  unsigned index;
  while ((index = atomic_fetch_add(&load.started, 1)) < load.count) {
    load.connections[index] = open_connection(load.context, load.port, NULL);
    make_request(load.connections[index]);
  }
  return unused;
}

static void check_all_open(void) {
  for (unsigned i = 0; i < load.count; ++i) {
    char byte;
    const ssize_t got =
        recv(SSL_get_fd(load.connections[i]), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
    if (got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
      fail("the server closed or wrote to an idle connection");
    }
  }
}

static void allow_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("setrlimit");
  if (limit.rlim_cur < load.count + kOtherFiles) fail("the limit of open files is too low");
}

static void open_all(unsigned threads) {
  pthread_t started[kMostThreads];
  for (unsigned i = 0; i < threads; ++i) {
    if (pthread_create(&started[i], NULL, run_thread, NULL) != 0) fail("pthread_create");
  }
  for (unsigned i = 0; i < threads; ++i) pthread_join(started[i], NULL);
}

int main(int argc, char** argv) {
  load.port = (uint16_t)natural_argument(argc, argv, 1, UINT16_MAX, kUsage);
  load.count = natural_argument(argc, argv, 2, kMostConnections, kUsage);
  const unsigned threads = natural_argument(argc, argv, 3, kMostThreads, kUsage);
  load.path = argc > 4 ? argv[4] : "/";
  load.http2 = argc > 5 && strcmp(argv[5], "h2") == 0;
  snprintf(load.authority, sizeof load.authority, "127.0.0.1:%u", load.port);
  write_http1_request(load.request, load.port, load.path);
  alarm(kLifetimeSeconds);
  allow_open_files();

  load.context = SSL_CTX_new(TLS_client_method());
  load.connections = calloc(load.count, sizeof *load.connections);
  if (load.context == NULL || load.connections == NULL) fail("out of memory");
  configure_client_context(load.context);
  if (load.http2) offer_http2(load.context);
  open_all(threads);

  puts("ready");
  fflush(stdout);
  char ignored[64];
  while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
  }
  check_all_open();
  return 0;
}
