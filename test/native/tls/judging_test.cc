// Covers the verdict on a client's chain within the handshake: one signature check a call, and
// nothing else meanwhile.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "session/ticket_keys.h"
#include "tls/handshake_bench.h"

namespace pinlatch::test {
namespace {

// FalseChain is a leaf and intermediates that lead from it to the site's authority by name alone.
struct FalseChain {
  FalseChain(const Site& site, int count)
      : impostor{std::make_shared<const Key>(), site.client_ca.subject, {}} {
    const Identity unknown{impostor.key, "CN=X", {}};
    certificates.push_back(Make(ClientTemplate("CN=stranger"), &unknown));
    for (int i = 0; i < count; ++i) certificates.push_back(Authority("X", &impostor));
    for (const Identity& certificate : certificates) chain.push_back(&certificate);
  }
  Identity impostor;
  std::vector<Identity> certificates;
  std::vector<const Identity*> chain;
};

// Turns drives a connection to the end of its handshake, and returns how many calls of the server
// ended with more to do. No call may check more than one signature.
int Turns(Connection& connection) {
  int turns = 0;
  size_t checked = 0;
  for (int call = 0; call < 100; ++call) {
    if (!connection.client->done()) connection.client_result = connection.client->Handshake();
    connection.progress = connection.server->Handshake(kNow);
    const size_t now = connection.server->facts().signature_checks;
    CHECK(now <= checked + 1);
    checked = now;
    if (connection.progress == Progress::kWantTurn) ++turns;
    if (connection.progress == Progress::kDone || connection.progress == Progress::kFailed) break;
  }
  if (connection.client->done() || connection.progress == Progress::kFailed) {
    connection.client_result = connection.client->Drain();
  }
  return turns;
}

TEST_CASE("a stranger's chain is refused after three signature checks, each in a call of its own") {
  const Site site;
  const FalseChain strangers(site, 12);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = strangers.chain});
    // Between two checks, and in TLS 1.3 between the key exchange and the server's signature.
    CHECK(Turns(connection) == (version == MBEDTLS_SSL_VERSION_TLS1_3 ? 3 : 2));
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->facts().signature_checks == 3);
    CHECK(connection.server->error().code == ErrorCode::kBadCertificate);
    CHECK(connection.server->error().detail.starts_with("false-signatures"));
    CHECK(connection.server->sent_alert() == 42);
    CHECK(connection.server->peer() == nullptr);
    REQUIRE(connection.server->refused_peer() != nullptr);
    CHECK(connection.server->refused_peer()->subject == "CN=stranger");
  }
}

TEST_CASE("an honest chain has a turn for each signature, and one that is remembered has none") {
  const Site site;
  const Identity middle = Authority("middle", &site.client_ca);
  const Identity leaf = Make(ClientTemplate(), &middle);
  tls::VerdictCache verdicts;
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&leaf, &middle}}, &verdicts);
    const int turns = Turns(connection);
    CHECK(connection.progress == Progress::kDone);
    REQUIRE(connection.server->peer() != nullptr);
    const bool is_first = version == kBothVersions[0];
    CHECK(connection.server->facts().signature_checks == (is_first ? 2 : 0));
    CHECK(turns >= (is_first ? 3 : 1));
    CHECK(turns <= 5);
  }
}

// Until calls the two ends until the server has checked one signature of the chain, and more.
void UntilJudging(Connection& connection) {
  for (int call = 0; call < 100 && connection.server->facts().signature_checks == 0; ++call) {
    if (!connection.client->done()) connection.client->Handshake();
    connection.progress = connection.server->Handshake(kNow);
  }
  REQUIRE(connection.progress == Progress::kWantTurn);
}

TEST_CASE("nothing is known of a client, and nothing sent to it, while its chain is judged") {
  const Site site;
  const FalseChain strangers(site, 12);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = strangers.chain});
    UntilJudging(connection);
    const size_t sent = connection.to_client.delivered + connection.to_client.bytes.size();
    CHECK(connection.server->peer() == nullptr);
    CHECK(connection.server->sent_alert() == -1);
    uint8_t byte = 0;
    CHECK(connection.server->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
    CHECK(connection.server->Write({&byte, 1}).kind == Transfer::Kind::kFailed);
    CHECK_FALSE(connection.server->HasBuffered());
    connection.server->Rest();
    CHECK(connection.to_client.delivered + connection.to_client.bytes.size() == sent);
    connection.server.reset();  // in the middle
  }
}

TEST_CASE("a verdict that another connection of the client came to is taken over") {
  const Site site;
  const Identity middle = Authority("middle", &site.client_ca);
  const Identity leaf = Make(ClientTemplate(), &middle);
  tls::VerdictCache verdicts;
  Connection slow(site, {.chain = {&leaf, &middle}}, &verdicts);
  UntilJudging(slow);
  Connection quick(site, {.chain = {&leaf, &middle}}, &verdicts);
  quick.Shake();
  REQUIRE(quick.progress == Progress::kDone);
  slow.Shake();
  CHECK(slow.progress == Progress::kDone);
  CHECK(slow.server->facts().signature_checks == 1);
  CHECK(slow.server->peer() == quick.server->peer());
}

TEST_CASE("a chain is judged by the time at which it came, to the end") {
  const Site site;
  const Identity middle = Authority("middle", &site.client_ca);
  const Identity leaf = Make(ClientTemplate(), &middle);
  Connection connection(site, {.chain = {&leaf, &middle}});
  UntilJudging(connection);
  connection.Shake(kNow + 10);
  REQUIRE(connection.progress == Progress::kDone);
  CHECK(connection.server->acceptance().from == kNow);
}

// In TLS 1.2 the Certificate message is in clear. One octet of the leaf's point is changed: the
// point is not on the curve any more, and whoever read it would say so.
TEST_CASE("the key of a certificate is not read before the certificate is known to be authentic") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  Connection connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2, .chain = {&right}});
  const uint8_t point[] = {0x03, 0x42, 0x00, 0x04};
  for (int call = 0; call < 20 && connection.progress != Progress::kFailed; ++call) {
    connection.client->Handshake();
    std::deque<uint8_t>& bytes = connection.to_server.bytes;
    const auto at = std::search(bytes.begin(), bytes.end(), std::begin(point), std::end(point));
    if (at != bytes.end()) *(at + 10) ^= 1;
    connection.progress = connection.server->Handshake(kNow);
  }
  REQUIRE(connection.progress == Progress::kFailed);
  CHECK_MESSAGE(connection.server->error().detail.starts_with("signature"),
                connection.server->error().detail);
  CHECK(connection.server->facts().signature_checks == 1);
  REQUIRE(connection.server->refused_peer() != nullptr);  // it is told of all the same
  CHECK(connection.server->refused_peer()->subject == "CN=client");
}

TEST_CASE("more certificates than any honest chain has are refused unread") {
  const Site site;
  FalseChain strangers(site, 1);
  while (strangers.chain.size() < 41) strangers.chain.push_back(&strangers.certificates.back());
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = strangers.chain});
    connection.Shake();
    REQUIRE(connection.progress == Progress::kFailed);
    CHECK(connection.server->error().detail.starts_with("certificate-limit"));
    CHECK(connection.server->facts().signature_checks == 0);
  }
}

}  // namespace
}  // namespace pinlatch::test
