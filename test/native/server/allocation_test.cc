// In the steady state a request allocates nothing, served from the configuration or by a service,
// on either protocol version. This file replaces malloc for its whole program, to count what worker
// threads ask for. A sanitizer has a malloc of its own: nothing is counted there.
#include <pthread.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string>

#include "doctest/doctest.h"
#include "server/running.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

std::atomic<bool> counting{false};
std::atomic<uint64_t> allocations{0};

bool IsWorker() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return std::strcmp(name.data(), "pinlatch-worker") == 0;
}

void Count() {
  if (counting.load(std::memory_order_relaxed) && IsWorker()) ++allocations;
}

}  // namespace

extern "C" {
// glibc's own, under the names that it keeps for this.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);

void* malloc(size_t size) {
  Count();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  Count();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  Count();
  return __libc_realloc(memory, size);
}
}

namespace pinlatch::test {
namespace {

// The longer of SSO's reach, so that no std::string could hide in itself.
constexpr std::string_view kStatic = "/static";
constexpr std::string_view kProxied =
    "/api/a-path-that-does-not-fit-into-a-small-string?with=a-query";

uint64_t AllocationsOf(TlsClient& client, std::string_view path, int requests) {
  for (int i = 0; i < 50; ++i) CHECK(client.Get(path).find("200 OK") != std::string::npos);
  allocations = 0;
  counting = true;
  bool served = true;
  for (int i = 0; i < requests; ++i) served &= client.Get(path).find("200 OK") != std::string::npos;
  counting = false;
  CHECK(served);
  return allocations;
}

TEST_CASE("requests allocate nothing once a connection is warm") {
  Document document;
  document.workers = 1;
  document.access_log = "off";
  Running gateway(document);
  for (const bool tls13 : {false, true}) {
    auto client = gateway.Connect("pinned", tls13);
    REQUIRE(client);
    CAPTURE(tls13);
    CHECK(AllocationsOf(*client, kStatic, 200) == 0);
    CHECK(AllocationsOf(*client, kProxied, 200) == 0);
  }
}

TEST_CASE("rewriting and header edits allocate nothing either") {
  Document document;
  document.workers = 1;
  document.access_log = "off";
  document.forwarding =
      R"("rewrite":{"stripSegments":1,"addPrefix":"/api/v2","host":"upstream"},)"
      R"("headers":{"request":{"set":[["X-Set","1"]],"add":[["X-Add","2"]],"remove":["Cookie"]},)"
      R"("response":{"set":[["X-Set","1"]],"add":[["X-Add","2"]],"remove":["Server"]}},"keepFields":[],"expect":"answer","upgrade":["websocket"])";
  Running gateway(document);
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  CHECK(client->Get(kProxied).find("X-Set: 1\r\n") != std::string::npos);
  CHECK(client->Get(kProxied).find("GET /api/v2/a-path-that") != std::string::npos);
  CHECK(AllocationsOf(*client, kProxied, 200) == 0);
}

TEST_CASE("nor do their access lines, while the control plane takes them") {
  Document document;
  document.workers = 1;
  Running gateway(document);
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  for (const std::string_view path : {kStatic, kProxied}) {
    CAPTURE(path);
    for (int i = 0; i < 3; ++i) {
      AllocationsOf(*client, path, 50);
      CHECK(gateway.server.DrainEvents().find("\"fingerprint\":\"sha256:") != std::string::npos);
    }
    CHECK(AllocationsOf(*client, path, 20) == 0);
  }
}

TEST_CASE("the count counts: a new connection allocates") {
  Running gateway;
  allocations = 0;
  counting = true;
  auto client = gateway.Connect("pinned");
  counting = false;
  CHECK(client);
  CHECK(allocations > 0);
}

}  // namespace
}  // namespace pinlatch::test

#endif
