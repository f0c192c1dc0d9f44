// Covers that workers share a server context without locks of ours. ThreadSanitizer makes it count.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tls/handshake_bench.h"

namespace pinlatch::test {
namespace {

TEST_CASE("several workers shake hands with one context at once") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kRsa2048}) {
    const Site site({.server_key = kind});
    const Identity right = Make(ClientTemplate(), &site.client_ca);
    std::atomic<int> done = 0;
    std::vector<std::thread> workers;
    for (int worker = 0; worker < 4; ++worker) {
      workers.emplace_back([&] {
        for (const auto version : kBothVersions) {
          for (int turn = 0; turn < 3; ++turn) {
            Connection connection(site, {.version = version, .chain = {&right}});
            connection.Shake();
            done += connection.progress == Progress::kDone ? 1 : 0;
          }
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
    CHECK(done == 24);
  }
}

}  // namespace
}  // namespace pinlatch::test
