// Covers coming back by session ticket: who is known by one, and that anything amiss means a full
// handshake with its own verdict.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include "tls/handshake_bench.h"
#include "tls/named_site.h"
#include "tls/ticket_keys.h"
#include "tls/x509_maker.h"

namespace pinlatch::test {
namespace {

using snapshot::ClientAuth;
using tls::TicketKeys;
using Keys = std::shared_ptr<const TicketKeys>;
using Context = std::unique_ptr<const tls::ServerContext>;

// Visit is what a test says of one connection.
struct Visit {
  const tls::ServerContext* context = nullptr;
  Keys keys;
  UnixSeconds now = kNow;
  tls::VerdictCache* verdicts = nullptr;
};

// Edge is a listener with two names under the same rules, one for staff and one for anybody, and a
// client of each bundle.
struct Edge : NamedSite {
  Edge() {
    Add(ServerFor(server_ca, {"api.local", "www.local", "staff.local", "maybe.local"}));
    Name("staff.local", 1, ClientAuth::kRequired);
    Name("maybe.local", 0, ClientAuth::kOptional);
    Build();
  }

  Visit Now() { return {context.get(), keys}; }

  // Come makes a connection; the server's state is left in the result, the ticket in `save`.
  std::unique_ptr<Connection> Come(const Visit& visit, ClientOptions options,
                                   SavedSession* save = nullptr) const {
    auto connection = std::make_unique<Connection>(server_ca, *visit.context, std::move(options),
                                                   visit.verdicts, visit.keys);
    connection->Shake(visit.now);
    if (save != nullptr) has_ticket = connection->client->Save(*save);
    return connection;
  }

  ClientOptions As(mbedtls_ssl_protocol_version version, const Identity* who,
                   const SavedSession* session = nullptr,
                   const std::string& name = "api.local") const {
    ClientOptions options;
    options.version = version;
    if (who != nullptr) options.chain = {who};
    options.server_name = name;
    options.resume = session;
    return options;
  }

  Keys keys = *TicketKeys::Create();
  Identity device = test::Make(ClientTemplate("CN=device"), &devices);
  Identity person = test::Make(ClientTemplate("CN=person"), &staff);
  mutable bool has_ticket = false;
};

void CheckServed(const Connection& connection, bool resumed, const char* subject) {
  REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
  CHECK(connection.client_result == MBEDTLS_ERR_SSL_WANT_READ);
  CHECK(connection.server->facts().resumed == resumed);
  const auto peer = connection.server->peer();
  CHECK((peer ? peer->subject : "") == subject);
}

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

TEST_CASE("a ticket of one server name is of no use on another") {
  Edge edge;
  for (const auto version : kBothVersions) {
    for (const std::string name : {"www.local", "maybe.local", "staff.local", ""}) {
      CAPTURE(name);
      SavedSession session;
      edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
      session.Rename(name);
      ClientOptions options = edge.As(version, &edge.device, &session, name);
      options.verifies = false;
      const auto other = edge.Come(edge.Now(), options);
      if (name == "staff.local") {  // and there the full handshake's verdict holds
        CHECK(other->progress == Progress::kFailed);
        CHECK(other->server->error().code == ErrorCode::kUnknownCa);
        continue;
      }
      CheckServed(*other, false, "CN=device");
    }
  }
}

TEST_CASE("a ticket of one listener is of no use on another") {
  Edge edge;
  edge.listener.name = "inner";
  const Context inner = edge.Make();
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    CheckServed(*edge.Come({inner.get(), edge.keys}, edge.As(version, &edge.device, &session)),
                false, "CN=device");
  }
}

TEST_CASE("a ticket of one TLS version is of no use on the other") {
  Edge edge;
  for (const auto version : kBothVersions) {
    const bool is_13 = version == MBEDTLS_SSL_VERSION_TLS1_3;
    const auto other = is_13 ? MBEDTLS_SSL_VERSION_TLS1_2 : MBEDTLS_SSL_VERSION_TLS1_3;
    SavedSession own;
    SavedSession foreign;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &own);
    edge.Come(edge.Now(), edge.As(other, &edge.device), &foreign);
    // The sealed ticket of the other version, in a session of this one.
    std::swap(own.get().ticket, foreign.get().ticket);
    std::swap(own.get().ticket_len, foreign.get().ticket_len);
    CheckServed(*edge.Come(edge.Now(), edge.As(version, &edge.device, &own)), false, "CN=device");
  }
}

TEST_CASE("a ticket does not outlive the reload of its trust bundle") {
  Edge edge;
  const Identity serial22 = edge.device;  // 11:22, of ClientTemplate
  x509::ListSpec spec;
  spec.this_update = kNow - kDay;
  spec.next_update = kNow + kDay;
  const x509::Holder issuer{edge.devices.key, edge.devices.subject, edge.devices.der};
  const std::vector<uint8_t> nobody = x509::List(issuer, spec);
  spec.entries.push_back({"\x11\x22", std::nullopt, {}});
  const std::vector<uint8_t> revoked = x509::List(issuer, spec);
  const Context unchanged = edge.Make(nobody);
  const Context revoking = edge.Make(revoked);
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    const auto welcome =
        edge.Come({unchanged.get(), edge.keys}, edge.As(version, &edge.device, &session));
    CheckServed(*welcome, false, "CN=device");
    const auto refused =
        edge.Come({revoking.get(), edge.keys}, edge.As(version, &edge.device, &session));
    CHECK(refused->progress == Progress::kFailed);
    CHECK(refused->server->error().code == ErrorCode::kCertificateRevoked);
    CHECK(refused->client->alert() == 44);
    // Without its certificate it is nobody.
    const auto bare = edge.Come({unchanged.get(), edge.keys}, edge.As(version, nullptr, &session));
    CHECK(bare->progress == Progress::kFailed);
    CHECK(bare->server->error().code == ErrorCode::kClientCertificateMissing);
  }
}

TEST_CASE("a ticket does not outlive its certificate, and no clock that goes back revives it") {
  Edge edge;
  edge.tickets.lifetime_seconds = edge.tickets.rotate_seconds = 5 * kDay;
  edge.Build();
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    Visit visit = edge.Now();
    visit.now = kNow + kDay;  // the last second of the certificate
    CheckServed(*edge.Come(visit, edge.As(version, nullptr, &session)), true, "CN=device");
    visit.now = kNow + kDay + 1;
    const auto expired = edge.Come(visit, edge.As(version, &edge.device, &session));
    CHECK(expired->progress == Progress::kFailed);
    CHECK(expired->server->error().code == ErrorCode::kCertificateExpired);
    visit.now = kNow - 1;
    CheckServed(*edge.Come(visit, edge.As(version, &edge.device, &session)), false, "CN=device");
  }
}

TEST_CASE("a ticket lives from the proof of the key, however often it is renewed") {
  Edge edge;
  edge.tickets.lifetime_seconds = 100;
  edge.Build();
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    Visit visit = edge.Now();
    visit.now = kNow + 60;
    SavedSession renewed;
    const auto again = edge.Come(visit, edge.As(version, nullptr, &session), &renewed);
    CheckServed(*again, true, "CN=device");
    const bool is_13 = version == MBEDTLS_SSL_VERSION_TLS1_3;
    if (is_13) {
      REQUIRE(edge.has_ticket);
      CHECK(renewed.get().ticket_lifetime == 40);
    }
    const SavedSession& latest = is_13 ? renewed : session;
    visit.now = kNow + 99;
    CheckServed(*edge.Come(visit, edge.As(version, nullptr, &latest)), true, "CN=device");
    visit.now = kNow + 100;
    CheckServed(*edge.Come(visit, edge.As(version, &edge.device, &latest)), false, "CN=device");
  }
}

TEST_CASE("a ticket is taken for one rotation of the keys") {
  Edge edge;
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    Visit visit = edge.Now();
    visit.keys = *TicketKeys::Rotate(*edge.keys);
    CheckServed(*edge.Come(visit, edge.As(version, nullptr, &session)), true, "CN=device");
    visit.keys = *TicketKeys::Rotate(*visit.keys);
    CheckServed(*edge.Come(visit, edge.As(version, &edge.device, &session)), false, "CN=device");
  }
}

TEST_CASE("a ticket that was altered or cut means a full handshake") {
  Edge edge;
  for (const auto version : kBothVersions) {
    CAPTURE(static_cast<int>(version));
    for (const size_t part : {0U, 1U, 2U, 3U, 4U, 5U}) {
      CAPTURE(part);
      SavedSession session;
      edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
      const MutableByteSpan ticket = session.ticket();
      REQUIRE(ticket.size() > 300);
      if (part < 4) {
        ticket[part * (ticket.size() - 1) / 3] ^= 0x40;
      } else {
        session.Truncate(part == 4 ? ticket.size() - 1 : 20);
      }
      CheckServed(*edge.Come(edge.Now(), edge.As(version, &edge.device, &session)), false,
                  "CN=device");
      const auto bare = edge.Come(edge.Now(), edge.As(version, nullptr, &session));
      CHECK(bare->progress == Progress::kFailed);
      CHECK(bare->server->error().code == ErrorCode::kClientCertificateMissing);
    }
  }
}

TEST_CASE("who does not know the secret of a ticket gets nowhere with it") {
  Edge edge;
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come(edge.Now(), edge.As(version, &edge.device), &session);
    session.get().master[0] ^= 1;
    session.get().resumption_key[0] ^= 1;
    const auto thief = edge.Come(edge.Now(), edge.As(version, &edge.device, &session));
    CHECK(thief->progress == Progress::kFailed);
    CHECK(thief->server->peer() == nullptr);
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

TEST_CASE("a ticket survives a server certificate of another kind of key") {
  Edge edge;
  edge.listener.certificates.clear();
  edge.Add(ServerFor(edge.server_ca, {"api.local"}, KeyKind::kRsa2048));
  edge.Add(ServerFor(edge.server_ca, {"www.local"}, KeyKind::kP256));
  const Context both = edge.Make();
  for (const auto version : kBothVersions) {
    SavedSession session;
    edge.Come({both.get(), edge.keys}, edge.As(version, &edge.device), &session);
    CheckServed(*edge.Come({both.get(), edge.keys}, edge.As(version, nullptr, &session)), true,
                "CN=device");
  }
}

}  // namespace
}  // namespace pinlatch::test
