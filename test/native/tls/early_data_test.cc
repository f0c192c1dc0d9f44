// Covers early data (RFC 8446 section 4.2.10), which the gateway never offers: a client that has a
// ticket of another server sends it all the same.
#include <doctest/doctest.h>

#include "tls/visitor.h"

namespace pinlatch::test {
namespace {

constexpr int kUnexpectedMessage = 10;
constexpr int kBadRecordMac = 20;
constexpr uint16_t kEarlyData = 42;

ClientHelloSpec WithEarlyData() {
  ClientHelloSpec spec;
  spec.more_extensions = HelloExtension(kEarlyData, {});
  return spec;
}

// EarlyRecords are records under keys that the gateway does not have.
struct EarlyRecords {
  TrafficKeys keys{Bytes(32, 0x0e)};
  Bytes Of(size_t size) { return keys.Seal(kApplicationData, Bytes(size, 'e')); }
};

}  // namespace

TEST_CASE("early data that was not offered is passed over, and the handshake goes on") {
  const Site site;
  EarlyRecords early;
  SUBCASE("behind a ClientHello that is answered") {
    Visitor visitor(site);
    visitor.peer.SayInClear(visitor.peer.ClientHello(WithEarlyData()));
    visitor.peer.Send(Record(kChangeCipherSpec, {1}));
    for (int i = 0; i < 3; ++i) visitor.peer.Send(early.Of(5000));
    CHECK(visitor.Step() == Progress::kWantRead);
    visitor.peer.Send(early.Of(1));
    visitor.Finish();
    CHECK(visitor.session->peer() != nullptr);
  }
  SUBCASE("behind a ClientHello that has to be said again") {
    Visitor visitor(site);
    ClientHelloSpec spec = WithEarlyData();
    spec.share = 0x0100;
    visitor.peer.SayInClear(visitor.peer.ClientHello(spec));
    visitor.peer.Send(early.Of(16000));
    CHECK(visitor.Step() == Progress::kWantRead);
    REQUIRE(visitor.peer.HearRetry());
    visitor.Open();
  }
}

TEST_CASE("early data has a bound, and is over with the first record that can be opened") {
  const Site site;
  EarlyRecords early;
  Visitor visitor(site);
  SUBCASE("more than 32 KiB") {
    visitor.SayHello(WithEarlyData());
    for (int i = 0; i < 3; ++i) visitor.peer.Send(early.Of(11000));
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("more than 32 KiB before the second ClientHello") {
    ClientHelloSpec spec = WithEarlyData();
    spec.share = 0x0100;
    visitor.SayHello(spec);
    for (int i = 0; i < 3; ++i) visitor.peer.Send(early.Of(11000));
    visitor.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("behind the client's certificate") {
    visitor.SayHello(WithEarlyData());
    REQUIRE(visitor.peer.HearServerHello());
    visitor.peer.HearFlight();
    visitor.peer.SayCertificate(visitor.own);
    visitor.peer.Send(early.Of(100));
    visitor.CheckRefused(kBadRecordMac);
  }
  SUBCASE("behind the second ClientHello") {
    ClientHelloSpec spec = WithEarlyData();
    spec.share = 0x0100;
    visitor.SayHello(spec);
    REQUIRE(visitor.peer.HearRetry());
    visitor.SayHello();
    visitor.peer.Send(early.Of(100));
    visitor.CheckRefused(kBadRecordMac);
  }
  SUBCASE("without a word of it in the ClientHello") {
    visitor.SayHello();
    visitor.peer.Send(early.Of(100));
    visitor.CheckRefused(kBadRecordMac);
  }
}

}  // namespace pinlatch::test
