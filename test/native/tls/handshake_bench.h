// Owns a server context with generated certificates and one connection to it, for tests.
#pragma once

#include <memory>
#include <optional>

#include "session/server_context.h"
#include "session/server_session.h"
#include "snapshot/model.h"
#include "tls/certificate_maker.h"
#include "tls/memory_stream.h"
#include "tls/test_client.h"

namespace pinlatch::test {

using Progress = tls::ServerSession::Progress;

// Site is a server: its authority, the authority of its clients, and its context.
struct Site {
  struct Options {
    snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
    snapshot::TlsVersion min_version = snapshot::TlsVersion::kTls12;
    bool tickets = true;
    snapshot::Tickets ticket_times{};
    KeyKind server_key = KeyKind::kP256;
    bool revocation = false;                // a revocation list of the client authority is loaded
    std::string revoked_serial{};           // content octets; on that list
    UnixSeconds crl_expires = kNow + kDay;  // when that list is out of date
    uint32_t chain_bytes = snapshot::Limits{}.chain_bytes;
    int more_server_certificates = 0;  // in the chain that is presented, of no use
  };
  Site() : Site(Options{}) {}
  explicit Site(const Options& options);

  Identity server_ca = Authority("server authority");
  Identity client_ca = Authority("client authority");
  Folder folder;
  std::unique_ptr<const tls::ServerContext> context;

 private:
  std::string RevocationList(const Options& options) const;
};

// Connection is a server session and a client, joined by two pipes.
struct Connection {
  // `shared` is the worker's memory of verdicts, nullptr for a memory of the connection's own.
  Connection(const Site& site, ClientOptions options, tls::VerdictCache* shared = nullptr);
  Connection(const Identity& server_ca, const tls::ServerContext& context, ClientOptions options,
             tls::VerdictCache* shared = nullptr,
             std::shared_ptr<const tls::TicketKeys> keys = nullptr);

  // Shake drives both ends until neither goes on, and then reads at the client once, because a
  // TLS 1.3 client is done before the server has judged it.
  void Shake(UnixSeconds now = kNow);

  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end{to_server, to_client};
  MemoryStream client_end{to_client, to_server};
  tls::VerdictCache own_verdicts;
  std::optional<tls::ServerSession> server;
  std::unique_ptr<TestClient> client;
  Progress progress = Progress::kWantRead;
  int client_result = 0;
};

inline constexpr mbedtls_ssl_protocol_version kBothVersions[] = {MBEDTLS_SSL_VERSION_TLS1_2,
                                                                 MBEDTLS_SSL_VERSION_TLS1_3};

}  // namespace pinlatch::test
