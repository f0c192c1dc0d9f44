// Covers the order and the version of a handshake with a client: one that says the wrong thing, or
// the right one at the wrong time, does not get through and is told why (RFC 8446 sections 4.1, 5
// and appendix A).
#include <doctest/doctest.h>

#include <vector>

#include "tls/visitor.h"

namespace pinlatch::test {
namespace {

constexpr int kUnexpectedMessage = 10;
constexpr int kHandshakeFailure = 40;
constexpr int kIllegalParameter = 47;
constexpr int kProtocolVersion = 70;
constexpr Signing kRight = Visitor::kRight;

}  // namespace

TEST_CASE("a client's messages have one order") {
  const Site site;
  Visitor visitor(site);
  visitor.SayHello();
  REQUIRE(visitor.peer.HearServerHello());
  visitor.peer.HearFlight();
  SUBCASE("the right one") {
    visitor.peer.SayCertificate(visitor.own);
    visitor.peer.SayCertificateVerify(visitor.own, kRight);
    visitor.peer.SayFinished();
    CHECK(visitor.Step() == Progress::kDone);
  }
  SUBCASE("Finished without a certificate") {
    visitor.peer.SayFinished();
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("Finished without a signature") {
    visitor.peer.SayCertificate(visitor.own);
    visitor.peer.SayFinished();
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("a signature without a certificate") {
    visitor.peer.SayCertificateVerify(visitor.own, kRight);
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("a second certificate") {
    visitor.peer.SayCertificate(visitor.own);
    visitor.peer.SayCertificate(visitor.own);
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("a second ClientHello") {
    visitor.peer.Say(visitor.peer.ClientHello());
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("data before Finished") {
    visitor.peer.Send(visitor.peer.sending().Seal(kApplicationData, {'G'}));
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("a certificate in clear") {
    visitor.peer.SayInClear(Message(kCertificate, Join({Vector8({}), Vector24({})})));
    CHECK(visitor.Step() == Progress::kFailed);
  }
}

TEST_CASE(
    "a client that is asked to retry comes back with the same ClientHello, but for the share") {
  const Site site;
  Visitor visitor(site);
  visitor.SayHello({.share = 0x0100, .suites = {0x13, 0x01, 0x13, 0x02}});
  REQUIRE(visitor.peer.HearRetry());
  SUBCASE("the right one") {
    visitor.SayHello({.suites = {0x13, 0x01, 0x13, 0x02}});
    CHECK(visitor.peer.HearServerHello());
  }
  SUBCASE("without the cipher suite that was named") {
    visitor.peer.SayInClear(visitor.peer.ClientHello({.suites = {0x13, 0x02}}));
    visitor.CheckRefused(kIllegalParameter);
  }
  SUBCASE("for another server name") {
    visitor.peer.SayInClear(visitor.peer.ClientHello({.server_name = "other.local"}));
    visitor.CheckRefused(kIllegalParameter);
  }
  SUBCASE("of TLS 1.2") {
    visitor.peer.SayInClear(visitor.peer.ClientHello({.versions = {}, .suites = {0xC0, 0x2B}}));
    visitor.CheckRefused(kIllegalParameter);
  }
  SUBCASE("without the share again") {
    visitor.peer.SayInClear(visitor.peer.ClientHello({.share = 0x0100}));
    visitor.CheckRefused(kHandshakeFailure);
  }
}

TEST_CASE("a client of a version that is none gets no handshake") {
  const Site site;
  for (const uint16_t version : std::vector<uint16_t>{0x0302, 0x0203, 0x0000}) {
    Visitor visitor(site);
    visitor.peer.SayInClear(visitor.peer.ClientHello({.legacy_version = version, .versions = {}}));
    visitor.CheckRefused(kProtocolVersion);
  }
}

TEST_CASE("a client without supported_versions gets TLS 1.2 at most, whatever else it says") {
  const Site site;
  Visitor visitor(site);
  visitor.peer.SayInClear(visitor.peer.ClientHello({.legacy_version = 0x0304, .versions = {}}));
  visitor.CheckRefused(kHandshakeFailure);  // no suite of TLS 1.2 was offered
  CHECK(visitor.session->facts().version == snapshot::TlsVersion::kTls12);
}

TEST_CASE("a client's ChangeCipherSpec has its place in TLS 1.3 and is never protected") {
  const Site site;
  uint8_t byte = 0;
  SUBCASE("before the ClientHello") {
    Visitor visitor(site);
    visitor.peer.Send(Record(kChangeCipherSpec, {1}));
    visitor.peer.SayInClear(visitor.peer.ClientHello());
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("with another content") {
    Visitor visitor(site);
    visitor.SayHello();
    visitor.peer.Send(Record(kChangeCipherSpec, {2}));
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("between Hello and Finished") {
    Visitor visitor(site);
    visitor.SayHello();
    visitor.peer.Send(Record(kChangeCipherSpec, {1}));
    CHECK(visitor.Step() == Progress::kWantRead);
  }
  SUBCASE("protected, from a client") {
    Visitor visitor(site);
    visitor.SayHello();
    REQUIRE(visitor.peer.HearServerHello());
    visitor.peer.HearFlight();
    visitor.peer.Send(visitor.peer.sending().Seal(kChangeCipherSpec, {1}));
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("after a client's Finished") {
    Visitor visitor(site);
    visitor.Open();
    visitor.peer.Send(Record(kChangeCipherSpec, {1}));
    CHECK(visitor.session->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
    CHECK(visitor.session->sent_alert() == kUnexpectedMessage);
  }
}

}  // namespace pinlatch::test
