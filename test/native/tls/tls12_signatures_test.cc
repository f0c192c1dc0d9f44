// Covers the signatures of TLS 1.2 by every scheme that is listed: RSA-PSS and SHA-512 beside what
// TLS 1.2 began with (RFC 5246 section 7.4.8, RFC 8446 section 4.2.3).
#include <doctest/doctest.h>

#include <vector>

#include "tls/handshake_bench.h"
#include "tls/in_flight.h"
#include "tls/shake.h"

namespace pinlatch::test {
namespace {

constexpr uint8_t kServerKeyExchange = 12;
constexpr int kIllegalParameter = 47;
constexpr int kDecryptError = 51;

struct Way {
  KeyKind key;
  uint16_t scheme;
};

const std::vector<Way> kWays = {
    {KeyKind::kP256, 0x0403},    {KeyKind::kP256, 0x0503},    {KeyKind::kP256, 0x0603},
    {KeyKind::kP384, 0x0403},    {KeyKind::kP384, 0x0503},    {KeyKind::kP384, 0x0603},
    {KeyKind::kP521, 0x0403},    {KeyKind::kP521, 0x0503},    {KeyKind::kP521, 0x0603},
    {KeyKind::kRsa2048, 0x0401}, {KeyKind::kRsa2048, 0x0501}, {KeyKind::kRsa2048, 0x0601},
    {KeyKind::kRsa2048, 0x0804}, {KeyKind::kRsa2048, 0x0805}, {KeyKind::kRsa2048, 0x0806},
};

uint16_t NumberAt(const Bytes& message, size_t at) {
  return static_cast<uint16_t>(message[at] << 8 | message[at + 1]);
}

// SchemeOfServer reads a ServerKeyExchange: curve type, curve, point, scheme.
uint16_t SchemeOfServer(const Bytes& message) {
  constexpr size_t kPoint = 4 + 1 + 2;
  return NumberAt(message, kPoint + 1 + message[kPoint]);
}

// Signed is a handshake of a client that lists and signs by one scheme alone.
struct Signed {
  Signed(const Site& site, const Way& way, const std::function<void(Bytes&)>& change)
      : own(Made(site, way.key)),
        connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2,
                          .chain = {&own},
                          .signature_algorithms = {way.scheme}}) {
    for (int round = 0; round < 8; ++round) {
      connection.client->Handshake();
      AlterInFlight(connection.to_server, kCertificateVerify, [&](Bytes& message) {
        by_client = NumberAt(message, 4);
        change(message);
      });
      connection.progress = test::Shake(*connection.server, kNow);
      AlterInFlight(connection.to_client, kServerKeyExchange,
                    [&](Bytes& message) { by_server = SchemeOfServer(message); });
    }
  }
  static Identity Made(const Site& site, KeyKind kind) {
    Template what = ClientTemplate();
    what.key = kind;
    return Make(what, &site.client_ca);
  }
  Identity own;
  Connection connection;
  uint16_t by_client = 0;
  uint16_t by_server = 0;
};

const Site& SiteFor(KeyKind client) {
  static const Site of_rsa({.server_key = KeyKind::kRsa2048});
  static const Site of_ec({.server_key = KeyKind::kP256});
  return client == KeyKind::kRsa2048 ? of_rsa : of_ec;
}

TEST_CASE("in TLS 1.2 client and server sign by every hash, and RSA keys by RSA-PSS too") {
  for (const Way& way : kWays) {
    CAPTURE(static_cast<int>(way.key));
    CAPTURE(way.scheme);
    const Signed handshake(SiteFor(way.key), way, [](Bytes&) {});
    CHECK(handshake.connection.progress == Progress::kDone);
    CHECK(handshake.connection.server->peer() != nullptr);
    CHECK(handshake.by_client == way.scheme);
    CHECK(handshake.by_server == way.scheme);
  }
}

TEST_CASE("in TLS 1.2 a client's signature that is not right is refused, whatever its scheme") {
  for (const Way& way : kWays) {
    CAPTURE(static_cast<int>(way.key));
    CAPTURE(way.scheme);
    const Signed handshake(SiteFor(way.key), way, [](Bytes& message) { message.back() ^= 1; });
    CHECK(handshake.connection.progress == Progress::kFailed);
    CHECK(handshake.connection.server->peer() == nullptr);
    CHECK(handshake.connection.server->sent_alert() == kDecryptError);
  }
}

TEST_CASE("in TLS 1.2 a client's signature is of a scheme of its key") {
  const auto refused = [](const Way& way, int said) {
    CAPTURE(said);
    const Signed handshake(SiteFor(way.key), way, [&](Bytes& message) {
      message[4] = static_cast<uint8_t>(said >> 8);
      message[5] = static_cast<uint8_t>(said);
    });
    CHECK(handshake.connection.progress == Progress::kFailed);
    CHECK(handshake.connection.server->sent_alert() == kIllegalParameter);
  };
  for (const int said : {0x0401, 0x0601, 0x0804, 0x0806, 0x0807, 0x0809, 0x080b}) {
    refused({KeyKind::kP521, 0x0603}, said);
  }
  for (const int said : {0x0403, 0x0603, 0x0807, 0x0809, 0x080b}) {
    refused({KeyKind::kRsa2048, 0x0804}, said);
  }
}

TEST_CASE("a server signs in TLS 1.2 as it did, where its client lists that as well") {
  const Site& site = SiteFor(KeyKind::kRsa2048);
  const Identity own = Signed::Made(site, KeyKind::kP256);
  Connection connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2,
                               .chain = {&own},
                               .signature_algorithms = {0x0804, 0x0403, 0x0501, 0x0401}});
  uint16_t by_server = 0;
  for (int round = 0; round < 8; ++round) {
    connection.client->Handshake();
    connection.progress = test::Shake(*connection.server, kNow);
    AlterInFlight(connection.to_client, kServerKeyExchange,
                  [&](Bytes& message) { by_server = SchemeOfServer(message); });
  }
  CHECK(connection.progress == Progress::kDone);
  CHECK(by_server == 0x0501);
}

}  // namespace
}  // namespace pinlatch::test
