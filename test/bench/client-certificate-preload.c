// Owns what wrk lacks: a client certificate, and a count that can be read while it runs. An
// LD_PRELOAD library; it changes no bytes and no timing of the program it is loaded into.
//
// Every SSL_CTX gets the settings of client-context.h. Finished handshakes and written requests
// (wrk writes one request with one SSL_write) are counted in the file BENCH_COUNTERS, two 64-bit
// words in this order, mapped shared: the bench opens its measuring window once all handshakes are
// done, and reads how many requests fell into it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client-context.h"

struct counters {
  _Atomic uint64_t handshakes;
  _Atomic uint64_t requests;
};

static struct counters* counters;
static SSL_CTX* (*next_ctx_new)(const SSL_METHOD*);
static SSL_CTX* (*next_ctx_new_ex)(OSSL_LIB_CTX*, const char*, const SSL_METHOD*);
static int (*next_connect)(SSL*);
static int (*next_write)(SSL*, const void*, int);

static _Noreturn void fail(const char* what) {
  fprintf(stderr, "client-certificate-preload: %s\n", what);
  exit(2);
}

static void* next_symbol(const char* name) {
  void* symbol = dlsym(RTLD_NEXT, name);
  if (symbol == NULL) fail(dlerror());
  return symbol;
}

static struct counters* map_counters(void) {
  const int file = open(required_variable("BENCH_COUNTERS"), O_RDWR | O_CLOEXEC);
  if (file < 0) fail("cannot open BENCH_COUNTERS");
  if (ftruncate(file, sizeof(struct counters)) != 0) fail("cannot size BENCH_COUNTERS");
  void* memory = mmap(NULL, sizeof(struct counters), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) fail("cannot map BENCH_COUNTERS");
  close(file);
  return memory;
}

// Runs before main and so before any thread: nothing below needs a lock.
__attribute__((constructor)) static void resolve(void) {
  next_ctx_new = (SSL_CTX * (*)(const SSL_METHOD*)) next_symbol("SSL_CTX_new");
  next_ctx_new_ex =
      (SSL_CTX * (*)(OSSL_LIB_CTX*, const char*, const SSL_METHOD*)) next_symbol("SSL_CTX_new_ex");
  next_connect = (int (*)(SSL*))next_symbol("SSL_connect");
  next_write = (int (*)(SSL*, const void*, int))next_symbol("SSL_write");
  counters = map_counters();
}

SSL_CTX* SSL_CTX_new(const SSL_METHOD* method) {
  SSL_CTX* context = next_ctx_new(method);
  if (context != NULL) configure_client_context(context);
  return context;
}

SSL_CTX* SSL_CTX_new_ex(OSSL_LIB_CTX* library, const char* properties, const SSL_METHOD* method) {
  SSL_CTX* context = next_ctx_new_ex(library, properties, method);
  if (context != NULL) configure_client_context(context);
  return context;
}

int SSL_connect(SSL* ssl) {
  const int result = next_connect(ssl);
  if (result == 1) atomic_fetch_add_explicit(&counters->handshakes, 1, memory_order_relaxed);
  return result;
}

int SSL_write(SSL* ssl, const void* bytes, int length) {
  const int result = next_write(ssl, bytes, length);
  if (result > 0) atomic_fetch_add_explicit(&counters->requests, 1, memory_order_relaxed);
  return result;
}
