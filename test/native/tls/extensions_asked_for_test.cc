// Covers the extensions of a service's answers: it answers what the gateway asked for, and says
// nothing else (RFC 5246 section 7.4.1.4, RFC 8446 section 4.2).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "tls/handmade_peer.h"
#include "tls/upstream_bench.h"

namespace pinlatch::test {
namespace {

using tls::SessionProgress;

constexpr int kIllegalParameter = 47;
constexpr int kUnsupportedExtension = 110;
constexpr uint16_t kStatusRequest = 5;
constexpr uint16_t kPointFormats = 11;
constexpr uint16_t kEncryptThenMac = 22;
constexpr uint16_t kExtendedSecret = 23;
constexpr uint16_t kSessionTicket = 35;
constexpr uint16_t kUnknown = 99;
constexpr uint16_t kRenegotiation = 0xFF01;
const Bytes kPlainAnswers =
    Join({HelloExtension(kRenegotiation, {0}), HelloExtension(kExtendedSecret, {})});

struct Service {
  Service() {
    upstream.Step();
    peer.HearClientHello();
  }
  // AnswerTo12 is what the gateway says to a ServerHello of TLS 1.2: an alert, or -1 where it waits
  // for the certificate.
  int AnswerTo12(const Bytes& more_extensions) {
    peer.SayServerHello({.suite = 0xC02B,
                         .selected_version = std::nullopt,
                         .group = std::nullopt,
                         .more_extensions = Join({kPlainAnswers, more_extensions})});
    return Alert();
  }
  // SayExtensions says a ServerHello, and EncryptedExtensions with these.
  void SayExtensions(const Bytes& extensions) {
    peer.SayServerHello();
    peer.StartHandshakeKeys();
    peer.Say(Message(kEncryptedExtensions, Vector16(extensions)));
  }
  int Alert() {
    const bool failed = upstream.Step() == SessionProgress::kFailed;
    const int alert = peer.HearAlert();
    CHECK(failed == (alert >= 0));
    return alert;
  }
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  Upstream upstream{authority, snapshot::TlsVersion::kTls12};
  HandmadeServer peer{upstream.to_service, upstream.to_gateway};
};

}  // namespace

TEST_CASE("a ServerHello in TLS 1.2 may answer what the gateway asked for") {
  // supported_groups is no answer, but some services echo it.
  for (const Bytes& answer :
       std::vector<Bytes>{{},
                          HelloExtension(kServerName, {}),
                          HelloExtension(kPointFormats, {1, 0}),
                          HelloExtension(kSupportedGroups, Vector16(Number16(kSecp256r1)))}) {
    CHECK(Service().AnswerTo12(answer) == -1);
  }
}

TEST_CASE("a ServerHello in TLS 1.2 with an extension that nobody asked for ends the handshake") {
  for (const uint16_t type : std::to_array<uint16_t>(
           {kUnknown, 0x2A2A, kStatusRequest, kEncryptThenMac, kSessionTicket, kCookie})) {
    CAPTURE(type);
    CHECK(Service().AnswerTo12(HelloExtension(type, {})) == kUnsupportedExtension);
  }
}

// One that is known and has its place elsewhere is told as such.
TEST_CASE("a message in TLS 1.3 with an extension that nobody asked for ends the handshake") {
  for (const auto& [type, alert] : std::vector<std::pair<uint16_t, int>>{
           {kUnknown, kUnsupportedExtension}, {kStatusRequest, kIllegalParameter}}) {
    CAPTURE(type);
    const Bytes unasked = HelloExtension(type, {});
    Service greeting;
    greeting.peer.SayServerHello({.more_extensions = unasked});
    CHECK(greeting.Alert() == alert);
    Service encrypted;
    encrypted.SayExtensions(unasked);
    CHECK(encrypted.Alert() == alert);
    Service certified;
    certified.SayExtensions({});
    const Bytes entry = Join({Vector24(certified.own.der), Vector16(unasked)});
    certified.peer.Say(Message(kCertificate, Join({Vector8({}), Vector24(entry)})));
    CHECK(certified.Alert() == kUnsupportedExtension);
  }
}

TEST_CASE("a HelloRetryRequest may have a cookie, which comes back") {
  Service service;
  const Bytes cookie = HelloExtension(kCookie, Vector16({7, 8, 9}));
  service.peer.SayRetry(kSecp256r1, cookie);
  service.upstream.Step();
  service.peer.HearClientHello();
  const Bytes& hello = service.peer.client_hello();
  CHECK(std::search(hello.begin(), hello.end(), cookie.begin(), cookie.end()) != hello.end());
}

TEST_CASE("a HelloRetryRequest with another extension that nobody asked for ends the handshake") {
  Service service;
  service.peer.SayRetry(kSecp256r1, HelloExtension(kUnknown, {}));
  CHECK(service.Alert() == kUnsupportedExtension);
}

}  // namespace pinlatch::test
