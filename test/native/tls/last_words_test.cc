// Covers session/last_words.h: a peer that refuses a certificate sends an alert and breaks the
// connection, perhaps before everything that it was to read has been written.
#include "session/last_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tls/upstream_bench.h"
#include "tls/visitor.h"

namespace pinlatch::test {
namespace {

constexpr uint8_t kFatal = 2;
constexpr uint8_t kUnknownCa = 48;

void CheckHeard(const tls::ServerSession& session) {
  CHECK(session.error().code == ErrorCode::kHandshakeAlert);
  CHECK(session.error().detail == "the client sent the alert unknown_ca (48)");
  CHECK(session.received_alert() == kUnknownCa);
  CHECK(session.sent_alert() == -1);
}

}  // namespace

TEST_CASE("a client's alert is heard though the connection broke while it was written to") {
  const Site site;
  Visitor visitor(site);
  visitor.peer.SayInClear(visitor.peer.ClientHello());
  SUBCASE("in clear") { visitor.to_client.capacity = 0; }
  SUBCASE("in clear, behind a ChangeCipherSpec") {
    visitor.to_client.capacity = 0;
    visitor.peer.Send(Record(kChangeCipherSpec, {1}));
  }
  SUBCASE("in clear, where it should be protected") { visitor.to_client.capacity = 300; }
  CHECK(visitor.Step() == Progress::kWantWrite);
  visitor.peer.Send(Record(kAlert, {kFatal, kUnknownCa}));
  visitor.to_client.broken = true;
  CHECK(visitor.Step() == Progress::kFailed);
  CheckHeard(*visitor.session);
}

TEST_CASE(
    "a client's protected alert is heard though the connection broke while it was written to") {
  const Site site;
  Visitor visitor(site);
  visitor.to_client.capacity = 300;  // the ServerHello, and not all that follows
  visitor.peer.SayInClear(visitor.peer.ClientHello());
  CHECK(visitor.Step() == Progress::kWantWrite);
  REQUIRE(visitor.peer.HearServerHello());
  visitor.peer.Send(visitor.peer.sending().Seal(kAlert, {kFatal, kUnknownCa}));
  visitor.to_client.broken = true;
  CHECK(visitor.Step() == Progress::kFailed);
  CheckHeard(*visitor.session);
}

TEST_CASE("a client's alert in clear is heard where it should be protected, and gets no answer") {
  const Site site;
  Visitor visitor(site);
  visitor.SayHello();  // the keys of the handshake are there
  REQUIRE(visitor.peer.HearServerHello());
  visitor.peer.HearFlight();
  SUBCASE("at once") {}
  SUBCASE("behind a ChangeCipherSpec") { visitor.peer.Send(Record(kChangeCipherSpec, {1})); }
  SUBCASE("behind a protected message") { visitor.peer.SayCertificate(visitor.own); }
  visitor.Step();
  const size_t sent = visitor.to_client.bytes.size();
  visitor.peer.Send(Record(kAlert, {kFatal, kUnknownCa}));
  CHECK(visitor.Step() == Progress::kFailed);
  CheckHeard(*visitor.session);
  CHECK(visitor.to_client.bytes.size() == sent);
}

TEST_CASE("an alert in clear after the handshake is a record that fails authentication") {
  const Site site;
  Visitor visitor(site);
  visitor.Open();
  visitor.peer.Send(Record(kAlert, {kFatal, kUnknownCa}));
  Bytes into(16);
  CHECK(visitor.session->Read(into).kind == Transfer::Kind::kFailed);
  CHECK(visitor.session->sent_alert() == 20);
}

TEST_CASE("a connection that breaks without an alert is told as what it is") {
  const Site site;
  Visitor visitor(site);
  visitor.to_client.capacity = 0;
  visitor.peer.SayInClear(visitor.peer.ClientHello());
  CHECK(visitor.Step() == Progress::kWantWrite);
  SUBCASE("nothing more") {}
  SUBCASE("something that is no alert") {
    visitor.peer.Send(Record(kApplicationData, Bytes(40, 1)));
  }
  SUBCASE("half an alert") { visitor.peer.Send({kAlert, 3, 3, 0}); }
  visitor.to_client.broken = true;
  CHECK(visitor.Step() == Progress::kFailed);
  CHECK(visitor.session->error().code == ErrorCode::kHandshakeAborted);
  CHECK(visitor.session->received_alert() == -1);
  CHECK(visitor.session->sent_alert() == -1);
}

TEST_CASE("a service's alert is heard though the connection broke while it was written to") {
  const Identity ca = Authority("services");
  for (const auto least : {snapshot::TlsVersion::kTls12, snapshot::TlsVersion::kTls13}) {
    Upstream upstream(ca, least);
    upstream.to_service.capacity = 10;
    CHECK(upstream.Step() == tls::SessionProgress::kWantWrite);
    const Bytes alert = Record(kAlert, {kFatal, 40});
    upstream.to_gateway.bytes.insert(upstream.to_gateway.bytes.end(), alert.begin(), alert.end());
    upstream.to_service.broken = true;
    CHECK(upstream.Step() == tls::SessionProgress::kFailed);
    CHECK(upstream.session->error().detail == "the service sent the alert handshake_failure (40)");
  }
}

}  // namespace pinlatch::test
