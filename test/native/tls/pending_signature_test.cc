// A private key that takes its time: the handshake waits for it, and nobody else does.
#include "keys/pending_signature.h"

#include <doctest/doctest.h>

#include <optional>
#include <semaphore>
#include <string>

#include "session/client_context_impl.h"
#include "session/client_session.h"
#include "slow_key.h"
#include "tls/handshake_bench.h"
#include "tls/upstream_bench.h"
#include "trust/trust_bundle.h"

namespace pinlatch::test {
namespace {

// Waiter counts, and lets the test wait.
struct Waiter final : tls::SignatureWaiter {
  std::function<void()> WakeUp() override {
    return [this] { woken.release(); };
  }
  std::counting_semaphore<> woken{0};
};

std::shared_ptr<SlowKey> Slow(std::shared_ptr<const Key> key) {
  return std::make_shared<SlowKey>(
      [key](const tls::SigningRequest& request) { return SignWith(key->context(), request); });
}

// SlowSite is a server, and a gateway to upstreams, whose key is a SlowKey.
struct SlowSite {
  explicit SlowSite(KeyKind kind) : own(Server(site.server_ca, kind)), key(Slow(own.key)) {
    snapshot::Certificate certificate;
    certificate.chain = {folder.Write("own.crt", own.Pem(), 0644), {own.Sha256()}};
    certificate.key.path = "the chip";
    auto loaded = tls::Credential::Load(certificate, tls::Purpose::kServerAuth, Opens(key));
    REQUIRE_MESSAGE(loaded.ok(), loaded.error().detail);
    snapshot::Trust trust;
    trust.name = "devices";
    trust.ca.push_back(
        {folder.Write("ca.crt", site.client_ca.Pem(), 0644), {site.client_ca.Sha256()}});
    auto bundle = tls::TrustBundle::Load(trust, kNow);
    REQUIRE(bundle.ok());
    const std::shared_ptr<const tls::TrustBundle> bundles[] = {*bundle};
    snapshot::Listener listener;
    auto made = tls::ServerContext::Create(listener, {}, {*loaded}, bundles);
    REQUIRE_MESSAGE(made.ok(), made.error().detail);
    context = *std::move(made);
    key->is_held = true;
    key->begun = 0;
  }
  Site site;
  Folder folder;
  Identity own;
  std::shared_ptr<SlowKey> key;
  std::unique_ptr<const tls::ServerContext> context;
};

// Drive calls both ends until the server waits for its key, or is over.
void Drive(Connection& connection, Waiter& waiter) {
  for (int call = 0; call < 50; ++call) {
    if (!connection.client->done()) connection.client_result = connection.client->Handshake();
    connection.progress = connection.server->Handshake(kNow, &waiter);
    if (connection.progress == Progress::kWantSignature) return;
    if (connection.progress == Progress::kDone || connection.progress == Progress::kFailed) break;
  }
  if (connection.client->done()) connection.client_result = connection.client->Drain();
}

constexpr KeyKind kKinds[] = {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521, KeyKind::kRsa2048};

TEST_CASE("a server's handshake waits for its key, and goes on when it is told that it signed") {
  for (const KeyKind kind : kKinds) {
    SlowSite slow(kind);
    const Identity client = Make(ClientTemplate(), &slow.site.client_ca);
    for (const auto version : kBothVersions) {
      Waiter waiter;
      Connection connection(slow.site.server_ca, *slow.context,
                            {.version = version, .chain = {&client}});
      slow.key->is_held = true;
      slow.key->begun = 0;
      Drive(connection, waiter);
      REQUIRE(connection.progress == Progress::kWantSignature);
      const size_t sent = connection.to_client.delivered + connection.to_client.bytes.size();
      Drive(connection, waiter);
      connection.server->Rest();
      CHECK(connection.progress == Progress::kWantSignature);
      CHECK(connection.to_client.delivered + connection.to_client.bytes.size() == sent);
      CHECK_FALSE(waiter.woken.try_acquire());

      slow.key->is_held = false;
      waiter.woken.acquire();
      Drive(connection, waiter);
      REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
      CHECK(connection.server->peer() != nullptr);
      CHECK(slow.key->begun == 1);
    }
  }
}

TEST_CASE("a key that fails ends the handshake with an alert and with what it said") {
  SlowSite slow(KeyKind::kP256);
  slow.key->fault = "the token is gone";
  slow.key->is_held = false;
  const Identity client = Make(ClientTemplate(), &slow.site.client_ca);
  for (const auto version : kBothVersions) {
    Waiter waiter;
    Connection connection(slow.site.server_ca, *slow.context,
                          {.version = version, .chain = {&client}});
    Drive(connection, waiter);
    if (connection.progress == Progress::kWantSignature) waiter.woken.acquire();
    while (connection.progress == Progress::kWantSignature) Drive(connection, waiter);
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->error().code == ErrorCode::kInternal);
    CHECK(connection.server->error().detail.ends_with("cannot sign: the token is gone"));
  }
}

TEST_CASE("a session that ends gives up the signature that it waited for, and nobody is woken") {
  SlowSite slow(KeyKind::kP256);
  const Identity client = Make(ClientTemplate(), &slow.site.client_ca);
  for (const auto version : kBothVersions) {
    Waiter waiter;
    Connection connection(slow.site.server_ca, *slow.context,
                          {.version = version, .chain = {&client}});
    slow.key->given_up = 0;
    Drive(connection, waiter);
    REQUIRE(connection.progress == Progress::kWantSignature);
    connection.server.reset();
    slow.key->is_held = false;
    CHECK(slow.key->given_up == 1);
    CHECK_FALSE(waiter.woken.try_acquire());
    slow.key->is_held = true;
  }
}

TEST_CASE("two handshakes with one key wait for their own signatures") {
  SlowSite slow(KeyKind::kP256);
  const Identity client = Make(ClientTemplate(), &slow.site.client_ca);
  Waiter first_waiter;
  Waiter second_waiter;
  Connection first(slow.site.server_ca, *slow.context, {.chain = {&client}});
  Connection second(slow.site.server_ca, *slow.context, {.chain = {&client}});
  Drive(first, first_waiter);
  Drive(second, second_waiter);
  CHECK(slow.key->begun == 2);
  slow.key->is_held = false;
  second_waiter.woken.acquire();
  Drive(second, second_waiter);
  CHECK(second.progress == Progress::kDone);
  first_waiter.woken.acquire();
  Drive(first, first_waiter);
  CHECK(first.progress == Progress::kDone);
}

TEST_CASE("who gives no waiter waits for the key") {
  SlowSite slow(KeyKind::kP256);
  slow.key->is_held = false;
  const Identity client = Make(ClientTemplate(), &slow.site.client_ca);
  for (const auto version : kBothVersions) {
    Connection connection(slow.site.server_ca, *slow.context,
                          {.version = version, .chain = {&client}});
    connection.Shake();
    CHECK(connection.progress == Progress::kDone);
  }
}

TEST_CASE("a key that is not the certificate's is refused when it is loaded") {
  const Site site;
  Folder folder;
  const Identity own = Server(site.server_ca);
  snapshot::Certificate certificate;
  certificate.chain = {folder.Write("own.crt", own.Pem(), 0644), {own.Sha256()}};
  certificate.key.path = "the chip";
  auto other = Slow(std::make_shared<const Key>());
  const auto loaded = tls::Credential::Load(certificate, tls::Purpose::kServerAuth, Opens(other));
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == ErrorCode::kKeyInvalid);
  CHECK(loaded.error().detail.starts_with("the chip"));
}

// ToService is a client session whose key is slow, and the server that asks for its certificate.
struct ToService {
  ToService(const Site& site, KeyKind kind, mbedtls_ssl_protocol_version version) {
    auto sample = ClientTemplate("CN=gateway");
    sample.key = kind;
    const Identity own = Make(sample, &site.client_ca);
    key = Slow(own.key);
    snapshot::Certificate certificate;
    certificate.chain = {folder.Write("own.crt", own.Pem(), 0644), {own.Sha256()}};
    auto loaded = tls::Credential::Load(certificate, tls::Purpose::kClientAuth, Opens(key));
    REQUIRE_MESSAGE(loaded.ok(), loaded.error().detail);
    snapshot::Trust trust;
    trust.ca.push_back(
        {folder.Write("ca.crt", site.server_ca.Pem(), 0644), {site.server_ca.Sha256()}});
    auto bundle = tls::TrustBundle::Load(trust, kNow);
    REQUIRE(bundle.ok());
    auto made =
        tls::ClientContext::Create(snapshot::TlsVersion::kTls12, *bundle, *loaded, "http/1.1");
    REQUIRE(made.ok());
    context = *made;
    mbedtls_ssl_config& config = const_cast<tls::ClientContext::Impl&>(context->impl()).config;
    mbedtls_ssl_conf_max_tls_version(&config, version);
    auto opened = tls::ClientSession::Create(*context, name, check, client_end);
    REQUIRE(opened.ok());
    client = std::move(opened).value();
    auto accepted = tls::ServerSession::Create(*site.context, server_end, verdicts, nullptr);
    REQUIRE(accepted.ok());
    server = std::move(accepted).value();
    key->is_held = true;
    key->begun = 0;
  }
  void Drive(Waiter& waiter) {
    for (int call = 0; call < 50; ++call) {
      client_progress = client->Handshake(kNow, &waiter);
      server_progress = server->Handshake(kNow);
      if (client_progress == Progress::kWantSignature) return;
    }
  }
  Folder folder;
  std::shared_ptr<SlowKey> key;
  const tls::ServerIdentity name{"localhost", false};
  AnyCertificate check;
  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end{to_server, to_client};
  MemoryStream client_end{to_client, to_server};
  tls::VerdictCache verdicts;
  std::shared_ptr<const tls::ClientContext> context;
  std::optional<tls::ClientSession> client;
  std::optional<tls::ServerSession> server;
  Progress client_progress = Progress::kWantRead;
  Progress server_progress = Progress::kWantRead;
};

TEST_CASE("a handshake with an upstream waits for the gateway's key, and goes on likewise") {
  const Site site;
  for (const KeyKind kind : kKinds) {
    for (const auto version : kBothVersions) {
      Waiter waiter;
      ToService link(site, kind, version);
      link.Drive(waiter);
      REQUIRE(link.client_progress == Progress::kWantSignature);
      link.Drive(waiter);
      CHECK(link.client_progress == Progress::kWantSignature);
      CHECK(link.server_progress != Progress::kDone);
      link.key->is_held = false;
      waiter.woken.acquire();
      link.Drive(waiter);
      REQUIRE_MESSAGE(link.client_progress == Progress::kDone, link.client->error().detail);
      REQUIRE_MESSAGE(link.server_progress == Progress::kDone, link.server->error().detail);
      CHECK(link.server->peer()->subject == "CN=gateway");
      CHECK(link.key->begun == 1);
    }
  }
}

TEST_CASE("an upstream is told by an alert when the gateway's key fails") {
  const Site site;
  for (const auto version : kBothVersions) {
    Waiter waiter;
    ToService link(site, KeyKind::kP256, version);
    link.key->fault = "the token is gone";
    link.key->is_held = false;
    link.Drive(waiter);
    if (link.client_progress == Progress::kWantSignature) waiter.woken.acquire();
    while (link.client_progress == Progress::kWantSignature) link.Drive(waiter);
    CHECK(link.client_progress == Progress::kFailed);
    CHECK(link.client->error().detail.ends_with("cannot sign: the token is gone"));
    CHECK(link.server_progress == Progress::kFailed);
    CHECK(link.server->received_alert() > 0);
  }
}

}  // namespace
}  // namespace pinlatch::test
