// Covers that anything amiss with a session ticket means a full handshake with its own verdict.
#include <doctest/doctest.h>

#include "tls/returning_client.h"
#include "tls/x509_maker.h"

namespace pinlatch::test {
namespace {

using tls::TicketKeys;

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

}  // namespace
}  // namespace pinlatch::test
