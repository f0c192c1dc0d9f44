// Covers who gets through the handshake, what the client is told otherwise, and what is known then.
#include "session/server_session.h"

#include <doctest/doctest.h>
#include <mbedtls/oid.h>

#include "identity/describe.h"
#include "tls/handshake_bench.h"

namespace pinlatch::test {
namespace {

using snapshot::ClientAuth;
using snapshot::TlsVersion;

// Refused checks that the handshake failed with `code`, and that the client saw `alert`.
void CheckRefused(Connection& connection, ErrorCode code, int alert) {
  connection.Shake();
  CHECK(connection.progress == Progress::kFailed);
  CHECK_MESSAGE(connection.server->error().code == code, connection.server->error().detail);
  CHECK(connection.server->sent_alert() == alert);
  CHECK(connection.client_result == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
  CHECK(connection.client->alert() == alert);
  CHECK(connection.server->peer() == nullptr);
  uint8_t byte = 0;
  CHECK(connection.server->Read({&byte, 1}).kind == Transfer::Kind::kFailed);
  CHECK(connection.server->Write({&byte, 1}).kind == Transfer::Kind::kFailed);
}

TEST_CASE("a client with the right certificate gets through and is known") {
  const Site site;
  const Identity right = Make(ClientTemplate("CN=billing"), &site.client_ca);
  for (const auto version : kBothVersions) {
    CAPTURE(static_cast<int>(version));
    Connection connection(site,
                          {.version = version, .chain = {&right}, .server_name = "LocalHost"});
    connection.Shake();
    REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
    CHECK(connection.client_result == MBEDTLS_ERR_SSL_WANT_READ);
    REQUIRE(connection.server->peer() != nullptr);
    CHECK(connection.server->peer()->subject == "CN=billing");
    CHECK(connection.server->peer()->sha256 == identity::Sha256Of(right.der));
    const tls::HandshakeFacts& facts = connection.server->facts();
    const bool is13 = version == MBEDTLS_SSL_VERSION_TLS1_3;
    CHECK(facts.version == (is13 ? TlsVersion::kTls13 : TlsVersion::kTls12));
    CHECK(facts.cipher.starts_with(is13 ? "TLS_" : "TLS_ECDHE_ECDSA_WITH_"));
    CHECK(facts.server_name == "localhost");
    CHECK(connection.server->sent_alert() == -1);
    CHECK(connection.server->received_alert() == -1);
  }
}

TEST_CASE("a client without a certificate is refused where one is required") {
  const Site site;
  Connection tls12(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2});
  CheckRefused(tls12, ErrorCode::kClientCertificateMissing, 40);
  Connection tls13(site, {.version = MBEDTLS_SSL_VERSION_TLS1_3});
  CheckRefused(tls13, ErrorCode::kClientCertificateMissing, 116);
}

TEST_CASE("a client without a certificate gets through, unknown, where it is optional") {
  const Site site({.client_auth = ClientAuth::kOptional});
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version});
    connection.Shake();
    CHECK(connection.progress == Progress::kDone);
    CHECK(connection.client_result == MBEDTLS_ERR_SSL_WANT_READ);
    CHECK(connection.server->peer() == nullptr);
  }
}

TEST_CASE("a bad certificate is refused also where a certificate is optional") {
  const Site site({.client_auth = ClientAuth::kOptional});
  const Identity other = Authority("another authority");
  const Identity wrong = Make(ClientTemplate(), &other);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&wrong}});
    CheckRefused(connection, ErrorCode::kUnknownCa, 48);
  }
}

TEST_CASE("a certificate of an authority that is not trusted is refused with unknown_ca") {
  const Site site;
  // The same name as the trusted authority, another key.
  const Identity impostor = Authority("client authority");
  const Identity stranger = Authority("another authority");
  for (const auto version : kBothVersions) {
    const Identity wrong = Make(ClientTemplate(), &stranger);
    Connection connection(site, {.version = version, .chain = {&wrong}});
    CheckRefused(connection, ErrorCode::kUnknownCa, 48);
    const Identity with_root = Make(ClientTemplate(), &stranger);
    Connection sends_root(site, {.version = version, .chain = {&with_root, &stranger}});
    CheckRefused(sends_root, ErrorCode::kUnknownCa, 48);
    const Identity forged = Make(ClientTemplate(), &impostor);
    Connection lies(site, {.version = version, .chain = {&forged}});
    lies.Shake();
    CHECK(lies.progress == Progress::kFailed);
    CHECK(lies.client->alert() == lies.server->sent_alert());
    CHECK(lies.server->peer() == nullptr);
  }
}

TEST_CASE("a certificate outside its validity is refused with certificate_expired") {
  const Site site;
  Template expired = ClientTemplate();
  expired.not_after = kNow - 1;
  Template future = ClientTemplate();
  future.not_before = kNow + 3600;
  const Identity late = Make(expired, &site.client_ca);
  const Identity early = Make(future, &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection first(site, {.version = version, .chain = {&late}});
    CheckRefused(first, ErrorCode::kCertificateExpired, 45);
    Connection second(site, {.version = version, .chain = {&early}});
    CheckRefused(second, ErrorCode::kCertificateNotYetValid, 45);
  }
}

TEST_CASE("a revoked certificate is refused with certificate_revoked, its neighbour is not") {
  const Site site({.revocation = true, .revoked_serial = "\x11\x22"});
  const Identity revoked = Make(ClientTemplate(), &site.client_ca);
  Template what = ClientTemplate();
  what.serial = {0x11, 0x23};
  const Identity neighbour = Make(what, &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection first(site, {.version = version, .chain = {&revoked}});
    CheckRefused(first, ErrorCode::kCertificateRevoked, 44);
    Connection second(site, {.version = version, .chain = {&neighbour}});
    second.Shake();
    CHECK_MESSAGE(second.progress == Progress::kDone, second.server->error().detail);
  }
}

TEST_CASE("a stale revocation list refuses with certificate_unknown") {
  const Site site({.revocation = true, .crl_expires = kNow - 1});
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&right}});
    CheckRefused(connection, ErrorCode::kRevocationUnknown, 46);
  }
}

TEST_CASE("certificates are judged by the time that the caller gives") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  Connection connection(site, {.chain = {&right}});
  connection.Shake(kNow + 30 * kDay);
  CHECK(connection.progress == Progress::kFailed);
  CHECK(connection.server->error().code == ErrorCode::kCertificateExpired);
}

TEST_CASE("a returning client is known from memory, on either version, until its verdict ends") {
  const Site site;
  const Identity right = Make(ClientTemplate("CN=billing"), &site.client_ca);
  tls::VerdictCache verdicts;
  std::shared_ptr<const identity::PeerIdentity> first;
  for (const auto version : {kBothVersions[0], kBothVersions[1], kBothVersions[0]}) {
    Connection connection(site, {.version = version, .chain = {&right}}, &verdicts);
    connection.Shake();
    REQUIRE(connection.progress == Progress::kDone);
    if (!first) first = connection.server->peer();
    CHECK(connection.server->peer() == first);  // the very value: nothing was parsed again
  }
  Connection late(site, {.chain = {&right}}, &verdicts);
  late.Shake(first->not_after + 1);
  CHECK(late.progress == Progress::kFailed);
  CHECK(late.server->error().code == ErrorCode::kCertificateExpired);
}

TEST_CASE("a client that leaves out its intermediate gets in by nobody's memory") {
  const Site site;
  const Identity middle = Authority("middle", &site.client_ca);
  const Identity leaf = Make(ClientTemplate(), &middle);
  tls::VerdictCache verdicts;
  Connection whole(site, {.chain = {&leaf, &middle}}, &verdicts);
  whole.Shake();
  REQUIRE(whole.progress == Progress::kDone);
  Connection bare(site, {.chain = {&leaf}}, &verdicts);
  CheckRefused(bare, ErrorCode::kUnknownCa, 48);
}

TEST_CASE("a remembered certificate is of no use without its key") {
  const Site site;
  const Identity right = Make(ClientTemplate("CN=billing"), &site.client_ca);
  const Identity thief = Make(ClientTemplate("CN=thief"), &site.client_ca);
  tls::VerdictCache verdicts;
  Connection owner(site, {.chain = {&right}}, &verdicts);
  owner.Shake();
  REQUIRE(owner.progress == Progress::kDone);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&right}, .key_of = &thief},
                          &verdicts);
    connection.Shake();
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->peer() == nullptr);
  }
}

TEST_CASE("a client that does not hold the key of its certificate is refused and stays unknown") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  const Identity thief = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&right}, .key_of = &thief});
    CheckRefused(connection, ErrorCode::kHandshakeFailed, 51);
  }
}

TEST_CASE("a server certificate presented by a client is refused as of the wrong kind") {
  const Site site;
  Template what = ClientTemplate();
  what.purpose = MBEDTLS_OID_SERVER_AUTH;
  const Identity wrong = Make(what, &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&wrong}});
    CheckRefused(connection, ErrorCode::kUnsupportedCertificate, 43);
  }
}

TEST_CASE("our verifier, not mbedTLS, sees an intermediate with critical name constraints") {
  const Site site;
  Template middle;
  middle.subject = "CN=intermediate";
  middle.authority = true;
  // NameConstraints: permitted subtrees, dNSName "example".
  middle.extensions.push_back({"\x55\x1d\x1e", true,
                               std::string("\x30\x0d\xa0\x0b\x30\x09\x82\x07"
                                           "example",
                                           15)});
  const Identity intermediate = Make(middle, &site.client_ca);
  const Identity leaf = Make(ClientTemplate("CN=device"), &intermediate);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&leaf, &intermediate}});
    connection.Shake();
    REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
    CHECK(connection.server->peer()->subject == "CN=device");
  }
}

TEST_CASE("a leaf with an unknown critical extension reaches our verifier, which refuses it") {
  const Site site;
  Template what = ClientTemplate();
  what.extensions.push_back({"\x2a\x03\x04", true, std::string("\x05\x00", 2)});
  const Identity odd = Make(what, &site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(site, {.version = version, .chain = {&odd}});
    connection.Shake();
    CHECK(connection.progress == Progress::kFailed);
    CHECK_MESSAGE((connection.server->sent_alert() == 43 || connection.server->sent_alert() == 42),
                  connection.server->error().detail);
    CHECK(connection.client->alert() == connection.server->sent_alert());
  }
}

}  // namespace
}  // namespace pinlatch::test
