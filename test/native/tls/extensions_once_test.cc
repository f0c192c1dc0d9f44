// Covers what may not be there twice in a Hello, or not be there at all: extensions of one type
// (RFC 8446 section 4.2, RFC 5246 section 7.4.1.4) and names of one type (RFC 6066 section 3). Who
// else reads the message may take the other one.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tls/handmade_peer.h"
#include "tls/handshake_bench.h"
#include "tls/in_flight.h"
#include "tls/shake.h"
#include "tls/tls12_service.h"
#include "tls/upstream_bench.h"

namespace pinlatch::test {
namespace {

constexpr int kIllegalParameter = 47;
constexpr int kDecodeError = 50;
constexpr uint16_t kGrease = 0x2A2A;
constexpr uint16_t kUnknown = 0xFA5A;

// Answer is what becomes of a ClientHello: the alert, or -1 where the handshake goes on.
struct Answer {
  int alert = -1;
  std::string server_name;
};

Answer AnswerTo(const Site& site, const ClientHelloSpec& spec) {
  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end(to_server, to_client);
  tls::VerdictCache verdicts;
  auto opened = tls::ServerSession::Create(*site.context, server_end, verdicts, nullptr);
  REQUIRE(opened.ok());
  HandmadeClient client(to_client, to_server);
  client.SayInClear(client.ClientHello(spec));
  const bool failed = test::Shake(*opened, kNow) == Progress::kFailed;
  CHECK(failed == (opened->sent_alert() >= 0));
  return {opened->sent_alert(), std::string(opened->facts().server_name)};
}

ClientHelloSpec Hello13() { return {}; }
ClientHelloSpec Hello12() {
  return {.versions = {}, .suites = {0xC0, 0x2B}, .groups = {0x00, 0x1d, 0x00, 0x17}};
}
const std::vector<ClientHelloSpec> kHellos = {Hello13(), Hello12()};

Bytes Name(uint8_t type, std::string_view name) {
  return Join({{type}, Vector16({name.begin(), name.end()})});
}

ClientHelloSpec WithNames(ClientHelloSpec spec, Bytes content) {
  spec.server_names = std::move(content);
  return spec;
}

}  // namespace

TEST_CASE("a ClientHello with one extension of each type goes on") {
  const Site site;
  for (ClientHelloSpec spec : kHellos) {
    spec.more_extensions = Join({HelloExtension(kGrease, {}), HelloExtension(0x4A4A, {0}),
                                 HelloExtension(kUnknown, {1, 2, 3})});
    const Answer answer = AnswerTo(site, spec);
    CHECK(answer.alert == -1);
    CHECK(answer.server_name == "localhost");
  }
}

TEST_CASE("an extension that is there twice ends the handshake, whichever it is") {
  const Site site;
  const Bytes other_name = Vector16(Name(0, "other.local"));
  for (const ClientHelloSpec& hello : kHellos) {
    for (const auto& [type, content] :
         std::vector<std::pair<uint16_t, Bytes>>{{kServerName, other_name},
                                                 {kSupportedGroups, Vector16(Number16(kX25519))},
                                                 {kSignatureAlgorithms, Vector16(Number16(0x0403))},
                                                 {kKeyShare, Vector16({})}}) {
      CAPTURE(type);
      ClientHelloSpec spec = hello;
      spec.more_extensions = HelloExtension(type, content);
      CHECK(AnswerTo(site, spec).alert == kIllegalParameter);
    }
    for (const uint16_t type : {kGrease, kUnknown, uint16_t{16}, uint16_t{23}, uint16_t{0xFFFF}}) {
      CAPTURE(type);
      ClientHelloSpec spec = hello;
      const Bytes once = HelloExtension(type, {});
      spec.more_extensions = Join({once, HelloExtension(0x5A5A, {0}), once});
      CHECK(AnswerTo(site, spec).alert == kIllegalParameter);
    }
  }
}

TEST_CASE("a list of server names holds one host name") {
  const Site site;
  for (const ClientHelloSpec& hello : kHellos) {
    const auto answer = [&](const Bytes& content) {
      return AnswerTo(site, WithNames(hello, content));
    };
    const Bytes first = Name(0, "first.local");
    CHECK(answer(Vector16(first)).server_name == "first.local");
    CHECK(answer(Vector16(Join({first, Name(0, "second.local")}))).alert == kIllegalParameter);
    CHECK(answer(Vector16(Join({first, first}))).alert == kIllegalParameter);
    // Of a type that is not known there may be one, and it says nothing.
    CHECK(answer(Vector16(Join({Name(7, "x"), first}))).server_name == "first.local");
    CHECK(answer(Vector16(Join({first, Name(7, "x"), first}))).alert == kIllegalParameter);
  }
}

TEST_CASE("a list of server names that is empty or does not end where it says is none") {
  const Site site;
  const Bytes first = Name(0, "first.local");
  for (const ClientHelloSpec& hello : kHellos) {
    for (const Bytes& content : std::vector<Bytes>{{},
                                                   Vector16({}),
                                                   Vector16(Name(0, "")),
                                                   Join({Vector16(first), {0}}),
                                                   Join({Number16(3), first}),
                                                   Vector16(Join({first, {0}}))}) {
      CAPTURE(content.size());
      CHECK(AnswerTo(site, WithNames(hello, content)).alert == kDecodeError);
    }
  }
}

TEST_CASE("a service's message with an extension twice ends the handshake") {
  const Identity authority = Authority("server authority");
  const Bytes version = HelloExtension(kSupportedVersions, Number16(0x0304));
  const Bytes name = HelloExtension(kServerName, {});
  for (const bool in_hello : {true, false}) {
    CAPTURE(in_hello);
    Upstream upstream(authority, snapshot::TlsVersion::kTls12);
    HandmadeServer service(upstream.to_service, upstream.to_gateway);
    upstream.Step();
    service.HearClientHello();
    service.SayServerHello({.more_extensions = in_hello ? version : Bytes{}});
    service.StartHandshakeKeys();
    const Bytes once_or_twice = in_hello ? name : Join({name, name});
    service.Say(Message(kEncryptedExtensions, Vector16(once_or_twice)));
    CHECK(upstream.Step() == tls::SessionProgress::kFailed);
    CHECK(service.HearAlert() == kIllegalParameter);
  }
}

TEST_CASE("a service's ServerHello in TLS 1.2 with an extension twice ends the handshake") {
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  Upstream upstream(authority, snapshot::TlsVersion::kTls12);
  Tls12Service service(own, upstream.service_end);
  upstream.Step();
  service.Step();
  REQUIRE(AlterInFlight(upstream.to_gateway, kServerHello, [](Bytes& hello) {
    // The second one takes the type of the first.
    const size_t first = 4 + 2 + 32 + 1 + hello[4 + 2 + 32] + 2 + 1 + 2;
    const size_t second = first + 4 + static_cast<size_t>(hello[first + 2] << 8 | hello[first + 3]);
    REQUIRE(second + 4 <= hello.size());
    hello[second] = hello[first];
    hello[second + 1] = hello[first + 1];
  }));
  CHECK(upstream.Step() == tls::SessionProgress::kFailed);
  service.Step();
  CHECK(service.alert() == kIllegalParameter);
}

}  // namespace pinlatch::test
