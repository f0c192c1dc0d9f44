// Covers what a ClientHello may say and how a wrong one is refused: versions (RFC 5246 appendix
// E.1, RFC 7507), key shares (RFC 8446 section 4.2.8), lists, points and compression, and records
// (RFC 8446 section 5).
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "tls/handmade_peer.h"
#include "tls/upstream_bench.h"
#include "tls/visitor.h"

// Not in mbedTLS's public headers.
extern "C" int mbedtls_ssl_write_record(mbedtls_ssl_context* ssl, int force_flush);

namespace pinlatch::test {
namespace {

constexpr int kUnexpectedMessage = 10;
constexpr int kBadRecordMac = 20;
constexpr int kRecordOverflow = 22;
constexpr int kIllegalParameter = 47;
constexpr int kDecodeError = 50;
constexpr int kProtocolVersion = 70;
constexpr int kInappropriateFallback = 86;
constexpr uint16_t kPointFormats = 11;
constexpr uint16_t kAlpn = 16;
constexpr uint16_t kExtendedMasterSecret = 23;
constexpr uint16_t kEarlyData = 42;
constexpr uint16_t kPskModes = 45;
constexpr size_t kMostPlain = 16384;

ClientHelloSpec Hello12() {
  return {.versions = {}, .suites = {0xC0, 0x2B}, .groups = {0x00, 0x1d, 0x00, 0x17}};
}

// AlertTo is the alert that answers a ClientHello, -1 where the handshake goes on; nothing of a
// ServerHello comes before it.
int AlertTo(const Site& site, const ClientHelloSpec& spec) {
  Visitor visitor(site);
  visitor.SayHello(spec);
  const int alert = visitor.session->sent_alert();
  if (alert >= 0) CHECK(visitor.to_client.bytes.front() == kAlert);
  return alert;
}

ClientHelloSpec With(ClientHelloSpec spec, uint16_t type, const Bytes& content) {
  spec.more_extensions = HelloExtension(type, content);
  return spec;
}

ClientHelloSpec Instead(ClientHelloSpec spec, uint16_t type, const Bytes& content) {
  spec.instead = {type, content};
  return spec;
}

Bytes Share(uint16_t group, const Bytes& key) {
  return Vector16(Join({Number16(group), Vector16(key)}));
}

}  // namespace

TEST_CASE("a client that offers a later version than there is gets the latest that both have") {
  const Site site;
  ClientHelloSpec spec = Hello12();
  for (const uint16_t version : std::vector<uint16_t>{0x0303, 0x0304, 0x0305, 0x03ff, 0x0400}) {
    spec.legacy_version = version;
    Visitor visitor(site);
    visitor.SayHello(spec);
    CHECK(visitor.session->sent_alert() == -1);
    const auto hello = visitor.peer.Hear();
    REQUIRE(hello);
    CHECK(hello->whole[4] == 3);
    CHECK(hello->whole[5] == 3);
  }
  Visitor visitor(site);
  visitor.Open({.legacy_version = 0x0304});
}

TEST_CASE("a client that offers only what is older than TLS 1.2 is told the version") {
  const Site site;
  ClientHelloSpec spec = Hello12();
  for (const uint16_t version : std::vector<uint16_t>{0x0302, 0x0301, 0x0300, 0x0200}) {
    spec.legacy_version = version;
    CHECK(AlertTo(site, spec) == kProtocolVersion);
  }
}

TEST_CASE("a client that falls back to TLS 1.2 without need is refused") {
  const Site site;
  ClientHelloSpec spec = Hello12();
  spec.suites = {0xC0, 0x2B, 0x56, 0x00};
  CHECK(AlertTo(site, spec) == kInappropriateFallback);
  spec.versions = {3, 3};
  CHECK(AlertTo(site, spec) == kInappropriateFallback);
  spec.legacy_version = 0x0304;  // no less than there is
  spec.versions = {};
  CHECK(AlertTo(site, spec) == -1);
  CHECK(AlertTo(site, {.suites = {0x13, 0x01, 0x56, 0x00}}) == -1);
}

TEST_CASE("a key share that is none is an illegal parameter, before any ServerHello") {
  const Site site;
  Bytes not_on_curve(65, 7);
  not_on_curve[0] = 4;
  const std::vector<Bytes> shares = {
      Share(kX25519, Bytes(32, 0)),    Share(kX25519, Bytes(31, 9)),
      Share(kX25519, Bytes(33, 9)),    Share(kX25519, Bytes(300, 9)),
      Share(kSecp256r1, not_on_curve), Share(kSecp256r1, Bytes(65, 0)),
      Share(kSecp256r1, Bytes(64, 4)), Share(kSecp256r1, Bytes(33, 2))};
  for (const Bytes& share : shares) {
    CAPTURE(share.size());
    ClientHelloSpec spec = Instead({}, kKeyShare, share);
    spec.groups = {0x00, 0x1d, 0x00, 0x17};
    CHECK(AlertTo(site, spec) == kIllegalParameter);
  }
}

TEST_CASE("a service's key share that is none is an illegal parameter") {
  const Identity ca = Authority("services");
  for (const Bytes& key : {Bytes(32, 0), Bytes(31, 9), Bytes(300, 9)}) {
    Upstream upstream(ca, snapshot::TlsVersion::kTls13);
    upstream.Step();
    HandmadeServer service(upstream.to_service, upstream.to_gateway);
    service.HearClientHello();
    service.SayServerHello({.key = key});
    CHECK(upstream.Step() == tls::SessionProgress::kFailed);
    CHECK(service.HearAlert() == kIllegalParameter);
  }
}

TEST_CASE("a list that does not fill its extension, or is empty, is a decode error") {
  const Site site;
  const std::vector<std::pair<uint16_t, Bytes>> usual = {
      {kSupportedGroups, {0, 0}},
      {kSupportedGroups, {0, 2, 0, 0x1d, 0}},
      {kSupportedGroups, {0, 3, 0, 0x1d, 0}},
      {kSignatureAlgorithms, {0, 0}},
      {kSignatureAlgorithms, {0, 2, 4, 3, 0, 0}},
      {kSignatureAlgorithms, {0, 4, 4, 3}},
  };
  for (const auto& [type, content] : usual) {
    CAPTURE(type);
    CHECK(AlertTo(site, Instead({}, type, content)) == kDecodeError);
    CHECK(AlertTo(site, Instead(Hello12(), type, content)) == kDecodeError);
  }
  CHECK(AlertTo(site, Instead({}, kSupportedVersions, {2, 3, 4, 0})) == kDecodeError);
  CHECK(AlertTo(site, Instead({}, kSupportedVersions, {0})) == kDecodeError);
  CHECK(AlertTo(site, Instead({}, kKeyShare, {0, 0, 0})) == kDecodeError);
  const std::vector<std::pair<uint16_t, Bytes>> more = {
      {kAlpn, {}},
      {kAlpn, {0, 0}},
      {kAlpn, {0, 3, 2, 'h', '2', 0}},
      {kAlpn, {0, 3, 3, 'h', '2'}},
      {kPointFormats, {}},
      {kPointFormats, {0}},
      {kPointFormats, {1, 0, 0}},
      {kExtendedMasterSecret, {0}},
      {kEarlyData, {0}},
      {kPskModes, {0}},
      {kPskModes, {1, 1, 1}},
  };
  for (const auto& [type, content] : more) {
    CAPTURE(type);
    CHECK(AlertTo(site, With({}, type, content)) == kDecodeError);
    CHECK(AlertTo(site, With(Hello12(), type, content)) == kDecodeError);
  }
}

TEST_CASE("an empty protocol name is refused, and lists that are right are taken") {
  const Site site;
  for (const ClientHelloSpec& hello : {ClientHelloSpec{}, Hello12()}) {
    CHECK(AlertTo(site, With(hello, kAlpn, {0, 1, 0})) >= kIllegalParameter);
    CHECK(AlertTo(site, With(hello, kPointFormats, {1, 0})) == -1);
    CHECK(AlertTo(site, With(hello, kPointFormats, {3, 1, 2, 0})) == -1);
    CHECK(AlertTo(site, With(hello, kPskModes, {2, 0, 1})) == -1);
  }
}

TEST_CASE("a client of TLS 1.2 takes uncompressed points and no compression") {
  const Site site;
  CHECK(AlertTo(site, With(Hello12(), kPointFormats, {2, 1, 2})) == kIllegalParameter);
  ClientHelloSpec spec = Hello12();
  spec.compressions = {1};
  CHECK(AlertTo(site, spec) == kIllegalParameter);
  spec.compressions = Bytes(40, 1);
  spec.compressions.back() = 0;
  CHECK(AlertTo(site, spec) == -1);
}

TEST_CASE("a record that is longer than there are is an overflow") {
  const Site site;
  Visitor visitor(site);
  SUBCASE("in clear") {
    visitor.peer.Send(Record(kHandshake, Bytes(kMostPlain + 1, 1)));
    visitor.CheckRefused(kRecordOverflow);
  }
  SUBCASE("protected, by its length") {
    visitor.SayHello();
    visitor.peer.Send(Record(kApplicationData, Bytes(kMostPlain + 256, 1)));
    visitor.CheckRefused(kRecordOverflow);
  }
  SUBCASE("protected, as long as one may be") {
    visitor.SayHello();
    visitor.peer.Send(Record(kApplicationData, Bytes(kMostPlain + 17, 1)));
    visitor.CheckRefused(kBadRecordMac);
  }
  SUBCASE("once the connection is open") {
    visitor.Open();
    visitor.peer.Send(visitor.peer.sending().Seal(kApplicationData, Bytes(kMostPlain + 1, 1)));
    uint8_t byte = 0;
    CHECK(visitor.session->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
    CHECK(visitor.session->sent_alert() == kRecordOverflow);
  }
}

TEST_CASE("a ChangeCipherSpec after Finished ends a connection of TLS 1.2") {
  const Site site;
  const Identity device = Make(ClientTemplate(), &site.client_ca);
  Connection connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2, .chain = {&device}});
  connection.Shake();
  REQUIRE(connection.progress == Progress::kDone);
  mbedtls_ssl_context& client = connection.client->ssl();
  client.out_msgtype = MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC;
  client.out_msglen = 1;
  client.out_msg[0] = 1;
  REQUIRE(mbedtls_ssl_write_record(&client, 1) == 0);
  uint8_t byte = 0;
  CHECK(connection.server->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
  CHECK(connection.server->sent_alert() == kUnexpectedMessage);
}

}  // namespace pinlatch::test
