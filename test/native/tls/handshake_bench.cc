// Owns a server context with generated certificates and one connection to it, for tests.
#include "tls/handshake_bench.h"

#include <doctest/doctest.h>

#include "keys/credential.h"
#include "tls/x509_maker.h"
#include "trust/trust_bundle.h"

namespace pinlatch::test {

Site::Site(const Options& options) {
  const Identity own = Server(server_ca, options.server_key);
  snapshot::Certificate certificate;
  certificate.at = "/listeners/edge/certificates/0";
  std::string pem = own.Pem();
  certificate.chain.sha256 = {own.Sha256()};
  for (int i = 0; i < options.more_server_certificates; ++i) {
    pem += server_ca.Pem();
    certificate.chain.sha256.push_back(server_ca.Sha256());
  }
  certificate.chain.path = folder.Write("server.crt", pem, 0644);
  certificate.key.path = folder.Write("server.key", own.key->Pem());
  auto credential = tls::Credential::Load(certificate);
  REQUIRE_MESSAGE(credential.ok(), credential.error().detail);

  snapshot::Trust trust;
  trust.name = "devices";
  trust.at = "/trust/devices";
  trust.ca.push_back({folder.Write("ca.crt", client_ca.Pem(), 0644), {client_ca.Sha256()}});
  if (options.revocation) {
    trust.revocation.emplace();
    trust.revocation->files.push_back(folder.Write("ca.crl", RevocationList(options), 0644));
  }
  auto bundle = tls::TrustBundle::Load(trust, kNow);
  REQUIRE_MESSAGE(bundle.ok(), bundle.error().detail);

  snapshot::Listener listener;
  listener.client_auth = options.client_auth;
  listener.min_version = options.min_version;
  listener.tickets = options.tickets;
  listener.limits.chain_bytes = options.chain_bytes;
  const std::shared_ptr<const tls::TrustBundle> bundles[] = {*bundle};
  auto made = tls::ServerContext::Create(listener, options.ticket_times, {*credential}, bundles);
  REQUIRE_MESSAGE(made.ok(), made.error().detail);
  context = *std::move(made);
}

std::string Site::RevocationList(const Options& options) const {
  x509::ListSpec spec;
  spec.this_update = kNow - 2 * kDay;
  spec.next_update = options.crl_expires;
  if (!options.revoked_serial.empty()) {
    spec.entries.push_back({options.revoked_serial, std::nullopt, {}});
  }
  const std::vector<uint8_t> der =
      x509::List({client_ca.key, client_ca.subject, client_ca.der}, spec);
  return std::string(AsText(der));
}

Connection::Connection(const Site& site, ClientOptions options, tls::VerdictCache* shared)
    : Connection(site.server_ca, *site.context, std::move(options), shared) {}

Connection::Connection(const Identity& server_ca, const tls::ServerContext& context,
                       ClientOptions options, tls::VerdictCache* shared,
                       std::shared_ptr<const tls::TicketKeys> keys)
    : client(std::make_unique<TestClient>(std::move(options), server_ca, client_end)) {
  auto session = tls::ServerSession::Create(
      context, server_end, shared != nullptr ? *shared : own_verdicts, std::move(keys));
  REQUIRE(session.ok());
  server = *std::move(session);
}

void Connection::Shake(UnixSeconds now) {
  const auto moved = [this] { return to_server.delivered + to_client.delivered; };
  const auto waits = [](int result) {
    return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
  };
  client_result = MBEDTLS_ERR_SSL_WANT_READ;
  while (true) {
    const size_t before = moved() + to_server.bytes.size() + to_client.bytes.size();
    const Progress last = progress;
    if (!client->done() && waits(client_result)) client_result = client->Handshake();
    if (client->done() && (client_result == 0 || waits(client_result))) {
      client_result = client->Drain();
    }
    if (progress != Progress::kDone && progress != Progress::kFailed) {
      progress = server->Handshake(now);
    }
    const bool still = before == moved() + to_server.bytes.size() + to_client.bytes.size();
    if (still && last == progress && progress != Progress::kWantTurn) break;
    if (client->done() && progress == Progress::kDone) break;
  }
  if (client->done() && waits(client_result)) client_result = client->Drain();
}

}  // namespace pinlatch::test
