// Covers the order and the version of a handshake with a service: one that says the wrong thing, or
// the right one at the wrong time, gets nothing of a request and is told why (RFC 8446
// sections 4.1, 4.2.1, 5, appendix A).
#include <doctest/doctest.h>

#include <array>

#include "tls/handmade_peer.h"
#include "tls/in_flight.h"
#include "tls/tls12_service.h"
#include "tls/upstream_bench.h"

namespace pinlatch::test {
namespace {

using snapshot::TlsVersion;
using tls::SessionProgress;

constexpr int kUnexpectedMessage = 10;
constexpr int kHandshakeFailure = 40;
constexpr int kIllegalParameter = 47;
constexpr int kProtocolVersion = 70;
constexpr Signing kRight{0x0403, MBEDTLS_MD_SHA256};
const Bytes kNoExtensions = Message(kEncryptedExtensions, Vector16({}));

// Service is a service by hand, an upstream that has said its ClientHello, and the right
// certificate.
struct Service {
  explicit Service(TlsVersion least = TlsVersion::kTls12) : upstream(authority, least) {
    upstream.Step();
    peer.HearClientHello();
  }
  // Refused says that the gateway has ended the handshake with `alert`.
  void CheckRefused(int alert) {
    CHECK(upstream.Step() == SessionProgress::kFailed);
    CAPTURE(upstream.session->error().detail);
    CHECK(upstream.session->error().code == ErrorCode::kUpstreamTls);
    CHECK(peer.HearAlert() == alert);
    CHECK(upstream.to_service.bytes.empty());
  }
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  Upstream upstream;
  HandmadeServer peer{upstream.to_service, upstream.to_gateway};
};

}  // namespace

TEST_CASE(
    "a service that keeps to the order gets through, ChangeCipherSpec in its place included") {
  for (const auto least : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    Service service(least);
    service.peer.Send(Record(kChangeCipherSpec, {1}));
    service.peer.SayServerHello();
    service.peer.Send(Record(kChangeCipherSpec, {1}));
    service.peer.StartHandshakeKeys();
    service.peer.Say(kNoExtensions);
    service.peer.SayCertificate(service.own);
    service.peer.SayCertificateVerify(service.own, kRight);
    service.peer.SayFinished();
    CHECK_MESSAGE(service.upstream.Step() == SessionProgress::kDone,
                  service.upstream.session->error().detail);
  }
}

TEST_CASE(
    "a service cannot lead a handshake without a key exchange into TLS 1.3 (CVE-2026-115490)") {
  for (const uint16_t version : std::to_array<uint16_t>({0x0304, 0x0305, 0x7F1C, 0x0303, 0x0302})) {
    CAPTURE(version);
    Service service;
    service.peer.SayServerHello(
        {.legacy_version = version, .selected_version = std::nullopt, .group = std::nullopt});
    const Bytes entry = Join({Vector24(service.own.der), Vector16({})});
    service.peer.SayInClear(Message(kCertificate, Join({Vector8({}), Vector24(entry)})));
    // From here on as if it were protected, by keys that anybody can compute.
    service.CheckRefused(version == 0x0303 ? kHandshakeFailure : kProtocolVersion);
  }
}

TEST_CASE("a service chooses a version once, and among those offered") {
  SUBCASE("TLS 1.2 by the extension of TLS 1.3") {
    Service service;
    service.peer.SayServerHello({.selected_version = 0x0303});
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("TLS 1.2 where TLS 1.3 is the least") {
    Service service(TlsVersion::kTls13);
    service.peer.SayServerHello(
        {.suite = 0xC02B, .selected_version = std::nullopt, .group = std::nullopt});
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("TLS 1.2 after a HelloRetryRequest") {
    Service service;
    service.peer.SayRetry(kSecp256r1);
    service.upstream.Step();
    service.peer.HearClientHello();
    service.peer.SayServerHello(
        {.suite = 0xC02B, .selected_version = std::nullopt, .group = std::nullopt});
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("another cipher suite than its HelloRetryRequest named") {
    Service service;
    service.peer.SayRetry(kSecp256r1);
    service.upstream.Step();
    service.peer.HearClientHello();
    service.peer.SayServerHello(
        {.suite = kAes256GcmSha384, .group = kSecp256r1, .key = Bytes(65, 4)});
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("a cipher suite of TLS 1.2 in TLS 1.3") {
    Service service;
    service.peer.SayServerHello({.suite = 0xC02B});
    service.CheckRefused(kIllegalParameter);
  }
}

TEST_CASE("a service that knows TLS 1.3 and answers with TLS 1.2 is somebody in between") {
  constexpr size_t kRandomEnd = 4 + 2 + 32;
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  for (const uint8_t sentinel : std::to_array<uint8_t>({0, 1})) {  // RFC 8446 section 4.1.3
    Upstream upstream(authority, TlsVersion::kTls12);
    Tls12Service service(own, upstream.service_end);
    upstream.Step();
    service.Step();
    REQUIRE(AlterInFlight(upstream.to_gateway, kServerHello, [&](Bytes& message) {
      const Bytes mark = {'D', 'O', 'W', 'N', 'G', 'R', 'D', sentinel};
      std::copy(mark.begin(), mark.end(), message.begin() + (kRandomEnd - 8));
    }));
    CHECK(upstream.Step() == SessionProgress::kFailed);
    service.Step();
    CHECK(service.alert() == kIllegalParameter);
  }
}

TEST_CASE("a HelloRetryRequest comes once and asks for something new") {
  SUBCASE("twice") {
    Service service;
    service.peer.SayRetry(kSecp256r1);
    service.upstream.Step();
    service.peer.HearClientHello();
    service.peer.SayRetry(kX25519);
    service.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("for nothing") {
    Service service;
    service.peer.SayRetry(std::nullopt);
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("for the group whose share has come") {
    Service service;
    service.peer.SayRetry(kX25519);
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("for a group that was not offered") {
    Service service;
    service.peer.SayRetry(0x0100);
    service.CheckRefused(kIllegalParameter);
  }
}

TEST_CASE("a ServerHello answers the ClientHello that was sent") {
  SUBCASE("another session id") {
    Service service;
    service.peer.SayServerHello({.session_id = Bytes(32, 7)});
    service.CheckRefused(kIllegalParameter);
  }
  SUBCASE("no key share") {
    Service service;
    service.peer.SayServerHello({.group = std::nullopt});
    service.CheckRefused(kHandshakeFailure);
  }
  SUBCASE("a share of a group that was not asked about") {
    Service service;
    service.peer.SayServerHello({.group = kSecp256r1, .key = Bytes(65, 4)});
    service.CheckRefused(kHandshakeFailure);
  }
  SUBCASE("a share that makes the secret zero (RFC 7748 section 6.1)") {
    Service service;
    service.peer.SayServerHello({.key = Bytes(32, 0)});
    CHECK(service.upstream.Step() == SessionProgress::kFailed);
  }
  SUBCASE("with other bytes behind it in the record") {
    Service service;
    service.peer.Send(Record(kHandshake, Join({service.peer.ServerHello(), kNoExtensions})));
    service.CheckRefused(kUnexpectedMessage);
  }
}

TEST_CASE("a service's messages have one order") {
  Service service;
  service.peer.SayServerHello();
  SUBCASE("a second ServerHello") {
    service.peer.StartHandshakeKeys();
    service.peer.Say(service.peer.ServerHello());
    service.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("the certificate before EncryptedExtensions") {
    service.peer.StartHandshakeKeys();
    service.peer.SayCertificate(service.own);
    service.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("a signature without a certificate") {
    service.peer.StartHandshakeKeys();
    service.peer.Say(kNoExtensions);
    service.peer.SayCertificateVerify(service.own, kRight);
    service.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("Finished without a certificate") {
    service.peer.StartHandshakeKeys();
    service.peer.Say(kNoExtensions);
    service.peer.SayFinished();
    service.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("Finished without a signature") {
    service.peer.StartHandshakeKeys();
    service.peer.Say(kNoExtensions);
    service.peer.SayCertificate(service.own);
    service.peer.SayFinished();
    service.CheckRefused(kUnexpectedMessage);
  }
  SUBCASE("EncryptedExtensions in clear") {
    service.peer.SayInClear(kNoExtensions);
    CHECK(service.upstream.Step() == SessionProgress::kFailed);
  }
}

TEST_CASE("a service's ChangeCipherSpec has its place in TLS 1.3 and is never protected") {
  uint8_t byte = 0;
  SUBCASE("after a service's Finished") {
    Service service;
    service.peer.SayAll(service.own, kRight);
    REQUIRE(service.upstream.Step() == SessionProgress::kDone);
    service.peer.Send(Record(kChangeCipherSpec, {1}));
    CHECK(service.upstream.session->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
  }
  SUBCASE("protected, from a service") {
    Service service;
    service.peer.SayServerHello();
    service.peer.StartHandshakeKeys();
    service.peer.Send(service.peer.sending().Seal(kChangeCipherSpec, {1}));
    service.CheckRefused(kUnexpectedMessage);
  }
}

}  // namespace pinlatch::test
