// Owns what wrk lacks: a client certificate, and counts that can be read while it runs. An
// LD_PRELOAD library; it changes no bytes and no timing of the program it is loaded into.
//
// Every SSL_CTX gets the settings of client-context.h. What happens is counted in the file
// BENCH_COUNTERS, which is mapped shared and consists of 64-bit words in the order of `struct
// counters`: the bench opens its measuring window once all connections have had an answer, and
// reads what fell into it. wrk's own latencies would be of the whole run, handshakes included.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "client-context.h"

// Latencies are counted in ticks of 100 ns: each of the first kLinear values for itself, then
// kLinear/2
// buckets for each doubling, up to 2^32 ticks. latency.ts reads them.
enum { kLinearBits = 8, kLinear = 1 << kLinearBits, kDoublings = 32 - kLinearBits };
enum { kBuckets = kLinear + kDoublings * kLinear / 2, kTickNanoseconds = 100 };

struct counters {
  _Atomic uint64_t handshakes;
  _Atomic uint64_t answered;  // connections that have had an answer
  _Atomic uint64_t requests;  // wrk writes one request with one SSL_write
  _Atomic uint64_t received;  // bytes
  _Atomic uint64_t latencies[kBuckets];
};

static struct counters* counters;
static int answered_index;  // of the SSL's extra data: not NULL once it has had an answer
static int
    began_index;  // of the SSL's extra data: when its request was written, 0 once it is answered
static SSL_CTX* (*next_ctx_new)(const SSL_METHOD*);
static SSL_CTX* (*next_ctx_new_ex)(OSSL_LIB_CTX*, const char*, const SSL_METHOD*);
static int (*next_connect)(SSL*);
static int (*next_read)(SSL*, void*, int);
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
  next_read = (int (*)(SSL*, void*, int))next_symbol("SSL_read");
  next_write = (int (*)(SSL*, const void*, int))next_symbol("SSL_write");
  answered_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
  began_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
  if (answered_index < 0 || began_index < 0) fail("SSL_get_ex_new_index");
  counters = map_counters();
}

// now_ticks is never 0. Where a pointer has 32 bits it wraps around, which a difference survives.
static uintptr_t now_ticks(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const uint64_t nanoseconds = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  const uintptr_t ticks = (uintptr_t)(nanoseconds / kTickNanoseconds);
  return ticks == 0 ? 1 : ticks;
}

static unsigned bucket_of(uintptr_t ticks) {
  const uint32_t value = ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
  if (value < kLinear) return value;
  const unsigned shift = 32u - (unsigned)__builtin_clz(value) - kLinearBits;
  return shift * (kLinear / 2) + (value >> shift);
}

static void add(_Atomic uint64_t* counter, uint64_t amount) {
  atomic_fetch_add_explicit(counter, amount, memory_order_relaxed);
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
  if (result == 1) add(&counters->handshakes, 1);
  return result;
}

int SSL_read(SSL* ssl, void* bytes, int length) {
  const int result = next_read(ssl, bytes, length);
  if (result <= 0) return result;
  add(&counters->received, (uint64_t)result);
  if (SSL_get_ex_data(ssl, answered_index) == NULL) {
    SSL_set_ex_data(ssl, answered_index, counters);
    add(&counters->answered, 1);
  }
  const uintptr_t began = (uintptr_t)SSL_get_ex_data(ssl, began_index);
  if (began != 0) {
    add(&counters->latencies[bucket_of(now_ticks() - began)], 1);
    SSL_set_ex_data(ssl, began_index, NULL);
  }
  return result;
}

int SSL_write(SSL* ssl, const void* bytes, int length) {
  const uintptr_t began = now_ticks();
  const int result = next_write(ssl, bytes, length);
  if (result > 0) {
    SSL_set_ex_data(ssl, began_index, (void*)began);
    add(&counters->requests, 1);
  }
  return result;
}
