// Covers coming back by session ticket: who is known by one, and who gets one.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tls/returning_client.h"

namespace pinlatch::test {
namespace {

using snapshot::ClientAuth;

TEST_CASE("a client that comes back by ticket is known as before, without its certificate") {
  Edge edge;
  for (const auto version : kBothVersions) {
    CAPTURE(static_cast<int>(version));
    SavedSession session;
    const auto first = edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    CheckServed(*first, false, "CN=device");
    REQUIRE(edge.has_ticket);
    const auto again = edge.Come(edge.Now(), edge.As(version, nullptr, &session));
    CheckServed(*again, true, "CN=device");
    const auto& was = *first->server->peer();
    const auto& is = *again->server->peer();
    CHECK(is.sha256 == was.sha256);
    CHECK(is.sha1 == was.sha1);
    CHECK(is.spki_sha256 == was.spki_sha256);
    CHECK(is.serial == was.serial);
    CHECK(is.issuer == was.issuer);
    CHECK(is.not_after == was.not_after);
    CHECK(again->server->facts().version == first->server->facts().version);
    CHECK(again->server->facts().cipher == first->server->facts().cipher);
    CHECK(again->server->facts().server_name == "api.local");
    CHECK(again->server->facts().trust_context == first->server->facts().trust_context);
  }
}

TEST_CASE("data moves both ways on a resumed connection") {
  Edge edge;
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    const auto again = edge.Come(edge.Now(), edge.As(version, nullptr, &session));
    CheckServed(*again, true, "CN=device");
    CHECK(again->client->Write(AsBytes("ping")) == 4);
    uint8_t room[16];
    const Transfer got = again->server->Read(room);
    CHECK(got.count == 4);
    CHECK(again->server->Write(AsBytes("pong")).count == 4);
    std::string text;
    again->client->Drain(&text);
    CHECK(text == "pong");
  }
}

TEST_CASE("a ticket is taken by every worker, and again") {
  Edge edge;
  tls::VerdictCache first;
  tls::VerdictCache second;
  for (const auto version : kBothVersions) {
    SavedSession session;
    Visit visit = edge.Now();
    visit.verdicts = &first;
    edge.Come(visit, edge.As(version, &edge.device), &session);
    visit.verdicts = &second;  // knows nothing of the client
    CheckServed(*edge.Come(visit, edge.As(version, nullptr, &session)), true, "CN=device");
    CheckServed(*edge.Come(visit, edge.As(version, nullptr, &session)), true, "CN=device");
    visit.verdicts = &first;
    CheckServed(*edge.Come(visit, edge.As(version, nullptr, &session)), true, "CN=device");
  }
}

TEST_CASE("a ticket carries the chain, so that a client with an intermediate comes back") {
  Edge edge;
  const Identity middle = Authority("middle", &edge.devices);
  const Identity leaf = Make(ClientTemplate("CN=below"), &middle);
  for (const auto version : kBothVersions) {
    SavedSession session;
    ClientOptions options = edge.As(version, &leaf);
    options.chain.push_back(&middle);
    edge.Come(edge.Now(), options, &session);
    CheckServed(*edge.Come(edge.Now(), edge.As(version, nullptr, &session)), true, "CN=below");
  }
}

TEST_CASE("a listener without tickets issues none and takes none") {
  Edge edge;
  edge.listener.tickets = false;
  const Context off = edge.Make();
  for (const auto version : kBothVersions) {
    SavedSession none;
    const auto first = edge.Come({off.get(), edge.keys}, edge.As(version, &edge.device), &none);
    CheckServed(*first, false, "CN=device");
    CHECK_FALSE(edge.has_ticket);
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    REQUIRE(edge.has_ticket);
    CheckServed(*edge.Come({off.get(), edge.keys}, edge.As(version, &edge.device, &session)), false,
                "CN=device");
  }
}

TEST_CASE("without keys there are no tickets") {
  Edge edge;
  for (const auto version : kBothVersions) {
    SavedSession session;
    const auto first =
        edge.Come({edge.context.get(), nullptr}, edge.As(version, &edge.device), &session);
    CheckServed(*first, false, "CN=device");
    CHECK_FALSE(edge.has_ticket);
  }
}

TEST_CASE("a client without a certificate comes back as nobody, and under its own rules only") {
  Edge edge;
  edge.listener.client_auth = ClientAuth::kOptional;
  const Context optional = edge.Make();
  edge.listener.client_auth = ClientAuth::kNone;
  const Context none = edge.Make();
  for (const auto version : kBothVersions) {
    for (const Context* open : {&optional, &none}) {
      SavedSession session;
      edge.Come({open->get(), edge.keys}, edge.As(version, nullptr), &session);
      REQUIRE(edge.has_ticket);
      CheckServed(*edge.Come({open->get(), edge.keys}, edge.As(version, nullptr, &session)), true,
                  "");
      const auto strict = edge.Come(edge.Now(), edge.As(version, nullptr, &session));
      CHECK(strict->progress == Progress::kFailed);
      CHECK(strict->server->error().code == ErrorCode::kClientCertificateMissing);
    }
  }
}

TEST_CASE("a refused client gets no ticket") {
  Edge edge;
  for (const auto version : kBothVersions) {
    const auto refused = edge.Come(edge.Now(), edge.As(version, &edge.person));
    CHECK(refused->progress == Progress::kFailed);
    if (version == MBEDTLS_SSL_VERSION_TLS1_3) {
      SavedSession session;
      CHECK_FALSE(refused->client->Save(session));
    }
  }
}

TEST_CASE("a chain that is too large for a ticket is served without one") {
  Edge edge;
  std::vector<Identity> spares;
  Template large;
  large.subject = "CN=spare";
  large.authority = true;
  large.extensions.push_back({"\x2a\x03\x04", false, std::string(3000, 'x')});
  for (int i = 0; i < 3; ++i) spares.push_back(Make(large, &edge.devices));
  for (const auto version : kBothVersions) {
    ClientOptions options = edge.As(version, &edge.device);
    for (const Identity& spare : spares) options.chain.push_back(&spare);
    SavedSession session;
    CheckServed(*edge.Come(edge.Now(), options, &session), false, "CN=device");
    CHECK_FALSE(edge.has_ticket);
  }
}

TEST_CASE("TLS 1.2 resumes with the extended master secret only") {
  Edge edge;
  const auto version = MBEDTLS_SSL_VERSION_TLS1_2;
  ClientOptions without = edge.As(version, &edge.device);
  without.extended_master_secret = false;
  SavedSession session;
  CheckServed(*edge.Come(edge.Now(), without, &session), false, "CN=device");
  CHECK_FALSE(edge.has_ticket);
  edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
  REQUIRE(edge.has_ticket);
  without.resume = &session;
  CheckServed(*edge.Come(edge.Now(), without), false, "CN=device");
}

TEST_CASE("a client that has given up the suite of its ticket goes through a full handshake") {
  Edge edge;
  for (const auto version : kBothVersions) {
    const bool is_13 = version == MBEDTLS_SSL_VERSION_TLS1_3;
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    ClientOptions options = edge.As(version, &edge.device, &session);
    options.suites = {is_13 ? MBEDTLS_TLS1_3_AES_256_GCM_SHA384
                            : MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384};
    CheckServed(*edge.Come(edge.Now(), options), false, "CN=device");
  }
}

TEST_CASE("a TLS 1.2 ticket is of its kind of server key, a TLS 1.3 one of any") {
  Edge edge;
  edge.listener.client_auth = ClientAuth::kNone;
  edge.listener.certificates.clear();
  edge.Add(ServerFor(edge.server_ca, {"api.local"}, KeyKind::kRsa2048));
  edge.Add(ServerFor(edge.server_ca, {"api.local"}, KeyKind::kP256));
  const Context both = edge.Make();
  for (const auto version : kBothVersions) {
    ClientOptions rsa_only = edge.As(version, nullptr);
    rsa_only.signature_algorithms = {MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                     MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256};
    SavedSession session;
    edge.Come({both.get(), edge.keys}, rsa_only, &session);
    REQUIRE(edge.has_ticket);
    const auto again = edge.Come({both.get(), edge.keys}, edge.As(version, nullptr, &session));
    CheckServed(*again, version == MBEDTLS_SSL_VERSION_TLS1_3, "");
  }
}

}  // namespace
}  // namespace pinlatch::test
