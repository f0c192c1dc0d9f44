// Tests that a handshake rests between the client's flights, and goes on as if it had not.
#include <doctest/doctest.h>

#include <limits>

#include "base/page_blocks.h"
#include "tls/handshake_bench.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

constexpr size_t kNoBound = std::numeric_limits<size_t>::max();

// ShakeAndRest drives both ends, the server resting after each of its turns.
void ShakeAndRest(Connection& connection) {
  for (int call = 0; call < 100'000; ++call) {
    const bool client_done = connection.client->done();
    if (!client_done) connection.client_result = connection.client->Handshake();
    if (connection.progress != Progress::kDone) {
      connection.server->Rest();
      connection.progress = connection.server->Handshake(kNow);
      connection.server->Rest();
    }
    if (connection.progress == Progress::kFailed) return;
    if (connection.progress == Progress::kDone && client_done) return;
  }
}

}  // namespace

TEST_CASE("a handshake that rests after each turn comes through, however its bytes are cut") {
  const Site site;
  const Identity leaf = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    for (const size_t capacity : {size_t{1}, size_t{7}, size_t{300}, kNoBound}) {
      CAPTURE(capacity);
      Connection connection(site, {.version = version, .chain = {&leaf}});
      connection.to_server.capacity = capacity;
      connection.to_client.capacity = capacity;
      ShakeAndRest(connection);
      REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
      CHECK(connection.server->peer() != nullptr);
    }
  }
}

// A sanitizer sees every block on its own: none is kept that could be counted (page_blocks.cc).
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a handshake whose next flight is awaited holds no record buffer") {
  const Site site;
  const Identity leaf = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&leaf}});
    const size_t silent = PageBlocks::Resident();
    connection.server->Rest();  // before the client has said a word
    CHECK(PageBlocks::Resident() == silent + 2 * PageBlocks::kLarge);
    connection.client->Handshake();
    do {
      connection.progress = connection.server->Handshake(kNow);
    } while (connection.progress == Progress::kWantTurn);
    REQUIRE(connection.progress == Progress::kWantRead);
    const size_t answered = PageBlocks::Resident();
    connection.server->Rest();
    CHECK(PageBlocks::Resident() == answered + 2 * PageBlocks::kLarge);
  }
}
#endif

TEST_CASE("a client that is refused after a rest is told why") {
  const Site site;
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version});
    ShakeAndRest(connection);
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->error().code == ErrorCode::kClientCertificateMissing);
    CHECK(connection.server->sent_alert() >= 0);
  }
}
