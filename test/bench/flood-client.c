// Owns the flood load: connections that say nothing, and beside them a client that wants to be
// served.
//
// usage: flood-client PORT PER_SECOND SECONDS other|own; settings as in client-context.h. While the
// flood lasts (silent-flood.h), four threads each connect, shake hands, ask for /static, read the
// answer and close, and begin again 40 ms later. With "own" all of the flood comes from the
// client's own address. The result is one line of JSON: how long an attempt took, one that failed
// or was given up as long as the patience is.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "client-context.h"
#include "silent-flood.h"
#include "tls-connection.h"

enum {
  kClients = 4,
  kPauseMs = 40,
  kPatienceMs = 5000,
  kMostAttempts = 100000,
  kMostPerSecond = 20000,
  kMostSeconds = 60,
  kOtherFiles = 100,
};

static const char kUsage[] = "flood-client PORT PER_SECOND SECONDS other|own";
static const char kRequest[] =
    "GET /static HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

static struct {
  SSL_CTX* context;
  struct flood_plan plan;
  double until;
  pthread_mutex_t mutex;
  unsigned failed;
  unsigned attempts;
  double took_ms[kMostAttempts];
} load = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// SO_SNDTIMEO bounds connect as well.
static int connect_patiently(void) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) fail("socket");
  const struct timeval patience = {.tv_sec = kPatienceMs / 1000};
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(load.plan.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
      setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
    fail("setsockopt");
  }
  if (connect(handle, (struct sockaddr*)&address, sizeof address) == 0) return handle;
  close(handle);
  return -1;
}

static int is_served(SSL* ssl) {
  char answer[4096];
  if (SSL_connect(ssl) != 1) return 0;
  if (SSL_write(ssl, kRequest, sizeof kRequest - 1) <= 0) return 0;
  const int got = SSL_read(ssl, answer, sizeof answer);
  return got > 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0;
}

static int attempt(void) {
  const int handle = connect_patiently();
  if (handle < 0) return 0;
  SSL* ssl = SSL_new(load.context);
  if (ssl == NULL || SSL_set_fd(ssl, handle) != 1) fail("SSL_new");
  const int served = is_served(ssl);
  SSL_free(ssl);
  close(handle);
  return served;
}

static void note(int served, double took_ms) {
  pthread_mutex_lock(&load.mutex);
  if (!served) ++load.failed;
  if (load.attempts == kMostAttempts) fail("too many attempts");
  load.took_ms[load.attempts++] = served && took_ms < kPatienceMs ? took_ms : kPatienceMs;
  pthread_mutex_unlock(&load.mutex);
}

static void* run_client(void* unused) {
  while (now_ms() < load.until) {
    const double began = now_ms();
    const int served = attempt();
    note(served, now_ms() - began);
    const struct timespec pause = {.tv_nsec = kPauseMs * 1000000L};
    nanosleep(&pause, NULL);
  }
  return unused;
}

static int by_size(const void* a, const void* b) {
  const double difference = *(const double*)a - *(const double*)b;
  return (difference > 0) - (difference < 0);
}

static void print_result(void) {
  qsort(load.took_ms, load.attempts, sizeof load.took_ms[0], by_size);
  const unsigned last = load.attempts - 1;
  printf(
      "{\"attempts\":%u,\"failed\":%u,\"p50Ms\":%.2f,\"p99Ms\":%.2f,\"mostMs\":%.2f,"
      "\"floodConnected\":%u,\"floodEnded\":%u}\n",
      load.attempts, load.failed, load.took_ms[last / 2], load.took_ms[last * 99 / 100],
      load.took_ms[last], silent_flood_connected(), silent_flood_ended());
}

static void allow_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("setrlimit");
  const rlim_t needed = (rlim_t)load.plan.per_second * load.plan.seconds + kOtherFiles;
  if (limit.rlim_cur < needed) fail("the limit of open files is too low");
}

int main(int argc, char** argv) {
  load.plan.port = (uint16_t)natural_argument(argc, argv, 1, UINT16_MAX, kUsage);
  load.plan.per_second = natural_argument(argc, argv, 2, kMostPerSecond, kUsage);
  load.plan.seconds = natural_argument(argc, argv, 3, kMostSeconds, kUsage);
  load.plan.from_one_address = argc > 4 && strcmp(argv[4], "own") == 0;
  allow_open_files();
  load.context = SSL_CTX_new(TLS_client_method());
  if (load.context == NULL) fail("SSL_CTX_new");
  configure_client_context(load.context);

  load.until = now_ms() + load.plan.seconds * 1e3;
  pthread_t flood;
  pthread_t clients[kClients];
  if (pthread_create(&flood, NULL, run_silent_flood, &load.plan) != 0) fail("pthread_create");
  for (int i = 0; i < kClients; ++i) {
    if (pthread_create(&clients[i], NULL, run_client, NULL) != 0) fail("pthread_create");
  }
  for (int i = 0; i < kClients; ++i) pthread_join(clients[i], NULL);
  pthread_join(flood, NULL);
  print_result();
  return 0;
}
