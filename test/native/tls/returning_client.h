// Owns a listener with server names and its clients, who come back by session ticket, for tests.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include "session/ticket_keys.h"
#include "tls/handshake_bench.h"
#include "tls/named_site.h"

namespace pinlatch::test {

using Keys = std::shared_ptr<const tls::TicketKeys>;
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
    Name("staff.local", 1, snapshot::ClientAuth::kRequired);
    Name("maybe.local", 0, snapshot::ClientAuth::kOptional);
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

  Keys keys = *tls::TicketKeys::Create();
  Identity device = test::Make(ClientTemplate("CN=device"), &devices);
  Identity person = test::Make(ClientTemplate("CN=person"), &staff);
  mutable bool has_ticket = false;
};

// CheckServed checks that the handshake succeeded: whether by ticket, and as whom.
inline void CheckServed(const Connection& connection, bool resumed, const char* subject) {
  REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
  CHECK(connection.client_result == MBEDTLS_ERR_SSL_WANT_READ);
  CHECK(connection.server->facts().resumed == resumed);
  const auto peer = connection.server->peer();
  CHECK((peer ? peer->subject : "") == subject);
}

}  // namespace pinlatch::test
