// Covers handshakes that go wrong: cut at every byte, vanished clients, bytes that are no TLS, full
// streams, and offers without overlap.
#include <doctest/doctest.h>

#include <string_view>

#include "tls/handshake_bench.h"

namespace pinlatch::test {
namespace {

using snapshot::TlsVersion;

void Feed(Pipe& pipe, std::string_view text) {
  for (const char c : text) pipe.bytes.push_back(static_cast<uint8_t>(c));
}

TEST_CASE("a handshake that is cut anywhere ends as aborted, without a peer") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    size_t whole = 0;
    {
      Connection complete(site, {.version = version, .chain = {&right}});
      complete.Shake();
      REQUIRE(complete.progress == Progress::kDone);
      whole = complete.to_server.delivered;
    }
    REQUIRE(whole > 500);
    // Signatures vary in length by some bytes, and in TLS 1.3 mbedTLS pads each record to 16: a
    // handshake may be that much shorter than this one was. Stay clear of the end.
    for (size_t cut = 0; cut < whole - 24; ++cut) {
      CAPTURE(cut);
      Connection connection(site, {.version = version, .chain = {&right}});
      connection.to_server.cut_after = cut;
      connection.Shake();
      REQUIRE(connection.progress == Progress::kFailed);
      REQUIRE(connection.server->error().code == ErrorCode::kHandshakeAborted);
      REQUIRE(connection.server->peer() == nullptr);
      REQUIRE(connection.server->sent_alert() == -1);
    }
  }
}

TEST_CASE("a handshake gets through a stream that moves one byte at a time") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&right}});
    connection.to_server.piece = connection.to_client.piece = 1;
    connection.to_server.capacity = connection.to_client.capacity = 1;
    connection.Shake();
    CHECK(connection.progress == Progress::kDone);
    CHECK(connection.server->peer() != nullptr);
  }
}

TEST_CASE("an alert waits for a stream that is full") {
  const Site site;
  const Identity stranger = Authority("another authority");
  const Identity wrong = Make(ClientTemplate(), &stranger);
  for (const auto version : kBothVersions) {
    for (const bool presents : {true, false}) {
      Connection connection(site, {.version = version, .chain = {}});
      if (presents) {
        connection.client =
            std::make_unique<TestClient>(ClientOptions{.version = version, .chain = {&wrong}},
                                         site.server_ca, connection.client_end);
      }
      connection.to_client.capacity = 3;
      connection.Shake();
      CHECK(connection.progress == Progress::kFailed);
      CHECK(connection.client->alert() == connection.server->sent_alert());
      CHECK(connection.client->alert() == (presents                                ? 48
                                           : version == MBEDTLS_SSL_VERSION_TLS1_3 ? 116
                                                                                   : 40));
    }
  }
}

TEST_CASE("a refusal does not end before the alert is on its way") {
  const Site site;
  Connection connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_3});
  // Let everything pass up to the verdict, then no more.
  while (!connection.client->done()) {
    connection.client->Handshake();
    if (!connection.client->done()) connection.server->Handshake(kNow);
  }
  connection.to_client.capacity = 0;
  CHECK(connection.server->Handshake(kNow) == Progress::kWantWrite);
  CHECK(connection.server->Handshake(kNow) == Progress::kWantWrite);
  CHECK(connection.server->error().code == ErrorCode::kClientCertificateMissing);
  connection.to_client.capacity = 1000;
  CHECK(connection.server->Handshake(kNow) == Progress::kFailed);
  CHECK(connection.client->Drain() == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
  CHECK(connection.client->alert() == 116);
  CHECK(connection.to_client.bytes.empty());
}

TEST_CASE("a vanished client ends the handshake as aborted") {
  const Site site;
  for (const auto version : kBothVersions) {
    Connection reset(site, {.version = version});
    reset.to_server.broken = true;
    CHECK(reset.server->Handshake(kNow) == Progress::kFailed);
    CHECK(reset.server->error().code == ErrorCode::kHandshakeAborted);

    Connection deaf(site, {.version = version});
    deaf.client->Handshake();
    deaf.to_client.broken = true;
    CHECK(deaf.server->Handshake(kNow) == Progress::kFailed);
    CHECK(deaf.server->error().code == ErrorCode::kHandshakeAborted);
    CHECK(deaf.server->Handshake(kNow) == Progress::kFailed);
  }
}

TEST_CASE("plain HTTP on a TLS port is recognised, and no alert precedes the answer in clear") {
  const Site site;
  Connection connection(site, {});
  Feed(connection.to_server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(connection.server->Handshake(kNow) == Progress::kFailed);
  CHECK(connection.server->error().code == ErrorCode::kTlsRecord);
  CHECK(connection.server->error().detail.find("HTTP") != std::string::npos);
  CHECK(connection.server->heard_http() == tls::HttpInClear::kRequest);
  CHECK(connection.server->sent_alert() == -1);
  CHECK(connection.to_client.bytes.empty());
}

TEST_CASE("plain text that is no HTTP on a TLS port is answered with an alert") {
  const Site site;
  Connection connection(site, {});
  Feed(connection.to_server, "SSH-2.0-OpenSSH_9.2\r\n");
  CHECK(connection.server->Handshake(kNow) == Progress::kFailed);
  CHECK(connection.server->error().code == ErrorCode::kTlsRecord);
  CHECK(connection.server->heard_http() == tls::HttpInClear::kNone);
  CHECK(connection.server->sent_alert() == 10);
  REQUIRE(connection.to_client.bytes.size() == 7);
  CHECK(connection.to_client.bytes[0] == 21);
  CHECK(connection.to_client.bytes[5] == 2);
  CHECK(connection.to_client.bytes[6] == 10);
}

TEST_CASE("bytes that are no ClientHello end the handshake") {
  const Site site;
  using namespace std::string_view_literals;
  for (const std::string_view bytes :
       {"\x16\x03\x01\x00\x04\x01\x00\x00\x00"sv, "\x16\x03\x01\x00\x00"sv,
        "\x15\x03\x03\x00\x02\x02\x28"sv, "\x17\x03\x03\x00\x01x"sv,
        "\x00\x00\x00\x00\x00\x00\x00\x00"sv, "\xff\xff\xff\xff\xff\xff"sv,
        "\x16\x03\x01\xff\xff\x01\x00\xff\xff"sv, "\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00"sv}) {
    Connection connection(site, {});
    Feed(connection.to_server, bytes);
    connection.to_server.ended = true;
    CHECK(connection.server->Handshake(kNow) == Progress::kFailed);
    CHECK(connection.server->peer() == nullptr);
    CHECK_FALSE(connection.server->error().detail.empty());
  }
}

TEST_CASE("an alert of the client is reported by number and name") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    // The client trusts another authority than the server's.
    Connection connection(site, {.version = version, .chain = {&right}});
    connection.client =
        std::make_unique<TestClient>(ClientOptions{.version = version, .chain = {&right}},
                                     site.client_ca, connection.client_end);
    connection.Shake();
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->error().code == ErrorCode::kHandshakeAlert);
    CHECK(connection.server->received_alert() == 48);
    CHECK(connection.server->error().detail.find("unknown_ca (48)") != std::string::npos);
  }
}

TEST_CASE("a client below the least version is told protocol_version") {
  const Site site({.min_version = TlsVersion::kTls13});
  Connection connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2});
  connection.Shake();
  CHECK(connection.progress == Progress::kFailed);
  CHECK(connection.server->error().code == ErrorCode::kHandshakeFailed);
  CHECK(connection.client->alert() == 70);
}

TEST_CASE("the first protocol of the listener is agreed on, and others alone are refused") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection both(site, {.version = version, .chain = {&right}, .protocols = {"http/1.1", "h2"}});
    both.Shake();
    CHECK(both.progress == Progress::kDone);
    CHECK(std::string_view(mbedtls_ssl_get_alpn_protocol(&both.client->ssl())) == "h2");
    Connection other(site, {.version = version, .chain = {&right}, .protocols = {"spdy/3"}});
    other.Shake();
    CHECK(other.progress == Progress::kFailed);
    CHECK(other.client->alert() == 120);
  }
}

TEST_CASE("a key share that must be asked for again gets through") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const int group :
       {MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
        MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1}) {
    for (const auto version : kBothVersions) {
      // TLS 1.2 offers the group of the certificates' keys as well.
      std::vector<uint16_t> groups = {static_cast<uint16_t>(group)};
      if (version == MBEDTLS_SSL_VERSION_TLS1_2)
        groups.push_back(MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1);
      Connection connection(site, {.version = version, .chain = {&right}, .groups = groups});
      connection.Shake();
      CHECK_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
    }
  }
}

TEST_CASE("RSA, P-384 and P-521 keys work on both sides") {
  for (const KeyKind kind : {KeyKind::kRsa2048, KeyKind::kP384, KeyKind::kP521}) {
    const Site site({.server_key = kind});
    Template what = ClientTemplate();
    what.key = kind;
    const Identity right = Make(what, &site.client_ca);
    for (const auto version : kBothVersions) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(static_cast<int>(version));
      Connection connection(site, {.version = version, .chain = {&right}});
      connection.Shake();
      CHECK_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
      CHECK(connection.server->peer() != nullptr);
    }
  }
}

}  // namespace
}  // namespace pinlatch::test
