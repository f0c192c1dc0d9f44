// What a valid document becomes.
#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

Snapshot DecodeFull() {
  Result<Snapshot> snapshot = Decode(FullDocument());
  if (!snapshot.ok()) MESSAGE(snapshot.error().at << ": " << snapshot.error().detail);
  REQUIRE(snapshot.ok());
  return std::move(snapshot).value();
}

TEST_CASE("an empty gateway is a valid document") {
  const Result<Snapshot> snapshot = Decode(
      R"({"format":"pinlatch-snapshot/1","workers":0,"drainMs":0,"tickets":{"lifetimeSeconds":1,)"
      R"("rotateSeconds":1},"cryptoProvider":"auto","accessLog":"off","via":false,"guardedFields":[],"trust":[],"clients":[],"applications":[],)"
      R"("upstreams":[],"listeners":[],"routes":[],"tcpRoutes":[]})");
  REQUIRE(snapshot.ok());
  CHECK(snapshot->workers == 0);
  CHECK(snapshot->drain_timeout == Milliseconds(0));
  CHECK(snapshot->routes.empty());
}

TEST_CASE("the order of keys does not matter, even before the names that they refer to") {
  const Result<Snapshot> snapshot = Decode(
      R"({"tcpRoutes":[],"routes":[],"listeners":[],"upstreams":[],"applications":[],"clients":[],"trust":[],"workers":1,)"
      R"("drainMs":1,)"
      R"("tickets":{"rotateSeconds":7200,"lifetimeSeconds":7200},)"
      R"("accessLog":"failed","via":true,"guardedFields":[],"cryptoProvider":"host",)"
      R"("format":"pinlatch-snapshot/1"})");
  REQUIRE(snapshot.ok());
  CHECK(snapshot->crypto_provider == CryptoProvider::kHost);
  CHECK(snapshot->access_log == AccessLog::kFailed);
}

TEST_CASE("trust bundles keep their files, fingerprints and revocation") {
  const Snapshot snapshot = DecodeFull();
  CHECK(snapshot.workers == 2);
  CHECK(snapshot.drain_timeout == Milliseconds(15000));
  CHECK(snapshot.tickets.lifetime_seconds == 600);
  CHECK(snapshot.tickets.rotate_seconds == 3600);
  CHECK_FALSE(snapshot.listeners[0].tickets);
  CHECK(snapshot.listeners[1].tickets);
  REQUIRE(snapshot.trust.size() == 3);
  const Trust& devices = snapshot.trust[0];
  CHECK(devices.name == "devices");
  CHECK(devices.at == "/trust/devices");
  REQUIRE(devices.ca.size() == 1);
  CHECK(devices.ca[0].path == "/etc/ca.crt");
  REQUIRE(devices.ca[0].sha256.size() == 1);
  CHECK(devices.ca[0].sha256[0] ==
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
  REQUIRE(devices.revocation.has_value());
  CHECK(devices.revocation->files == std::vector<std::string>{"/etc/ca.crl"});
  CHECK(devices.revocation->when_stale == WhenStale::kGrace);
  CHECK(devices.revocation->grace_seconds == 3600);
  CHECK(devices.revocation->leaf_only);
  CHECK(devices.revocation->accept_unlisted_issuers);
  CHECK(devices.revocation->accept_unnumbered);
  CHECK_FALSE(snapshot.trust[1].revocation.has_value());
}

TEST_CASE("trust bundles keep their deny list and the bounds of a chain") {
  const Snapshot snapshot = DecodeFull();
  const Trust& devices = snapshot.trust[0];
  REQUIRE(devices.deny.size() == 2);
  CHECK(devices.deny[0].kind == Deny::Kind::kSha256);
  CHECK(devices.deny[0].sha256[0] == 0x0f);
  CHECK(devices.deny[0].sha256[31] == 0xff);
  CHECK(devices.deny[1].kind == Deny::Kind::kSerial);
  CHECK(devices.deny[1].serial == "0A1b");
  CHECK(devices.min_rsa_bits == 3072);
  CHECK(devices.max_depth == 2);
  CHECK(snapshot.trust[1].deny.empty());
}

TEST_CASE("a self-signed bundle has pinned certificates in the place of authorities") {
  const Snapshot snapshot = DecodeFull();
  const Trust& kiosks = snapshot.trust[2];
  CHECK(kiosks.self_signed);
  CHECK(kiosks.ca.empty());
  CHECK_FALSE(kiosks.revocation.has_value());
  REQUIRE(kiosks.pinned.size() == 1);
  CHECK(kiosks.pinned[0].sha256[0] == 0xee);
  CHECK(kiosks.pinned[0].sha256[31] == 0xff);
  CHECK_FALSE(kiosks.pinned[0].period.HasStart());
  CHECK(kiosks.pinned[0].period.until == 1900000000);
  CHECK_FALSE(snapshot.trust[0].self_signed);
  CHECK(snapshot.trust[0].pinned.empty());
}

TEST_CASE("pins become bytes, of which a SHA-1 pin uses the first twenty") {
  const Snapshot snapshot = DecodeFull();
  REQUIRE(snapshot.clients.size() == 3);
  REQUIRE(snapshot.clients[0].pins.size() == 3);
  const Pin& sha256 = snapshot.clients[0].pins[0];
  CHECK(sha256.kind == PinKind::kSha256);
  CHECK(sha256.value[0] == 0x01);
  CHECK(sha256.value[31] == 0x20);
  CHECK(sha256.label == "now");
  const Pin& sha1 = snapshot.clients[0].pins[1];
  CHECK(sha1.kind == PinKind::kSha1);
  CHECK(sha1.value[9] == 0x0a);
  CHECK(sha1.value[19] == 0x14);
  CHECK(sha1.value[20] == 0);
  CHECK(snapshot.clients[0].pins[2].kind == PinKind::kSpkiSha256);
  CHECK(snapshot.clients[0].pins[2].value[0] == 0xff);
  CHECK(snapshot.clients[1].pins.empty());
  CHECK_FALSE(snapshot.clients[1].unpinned);
}

TEST_CASE("pins keep the time in which they count") {
  const Snapshot snapshot = DecodeFull();
  const std::vector<Pin>& pins = snapshot.clients[0].pins;
  CHECK_FALSE(pins[0].period.HasStart());
  CHECK_FALSE(pins[0].period.HasEnd());
  CHECK(pins[1].period.from == 1700000000);
  CHECK(pins[1].period.until == 1800000000);
  CHECK(pins[2].period.from == 1800000000);
  CHECK_FALSE(pins[2].period.HasEnd());
}

TEST_CASE("a condition is a tree of fields and what they may be") {
  const Snapshot snapshot = DecodeFull();
  const Client& kiosk = snapshot.clients[2];
  CHECK_FALSE(snapshot.clients[0].when.has_value());
  CHECK(kiosk.unpinned);
  REQUIRE(kiosk.when.has_value());
  CHECK(kiosk.when->kind == Condition::Kind::kAll);
  REQUIRE(kiosk.when->parts.size() == 3);
  const Condition& unit = kiosk.when->parts[0];
  CHECK(unit.kind == Condition::Kind::kField);
  CHECK(unit.field == IdentityField::kSubjectAttribute);
  CHECK(unit.attribute == "OU");
  CHECK(unit.at == "/clients/kiosk/when/subject.OU");
  REQUIRE(unit.one_of.size() == 2);
  CHECK(unit.one_of[0].kind == Match::Kind::kExact);
  CHECK(unit.one_of[0].text == "kiosks");
  CHECK(unit.one_of[0].which == Match::Which::kAny);
  CHECK(unit.one_of[1].kind == Match::Kind::kGlob);
  CHECK(unit.one_of[1].which == Match::Which::kFirst);
  const Condition& either = kiosk.when->parts[1];
  CHECK(either.kind == Condition::Kind::kAny);
  REQUIRE(either.parts.size() == 2);
  const Match& network = either.parts[0].one_of.at(0);
  CHECK(network.kind == Match::Kind::kNetwork);
  CHECK(network.size == 4);
  CHECK(network.bits == 8);
  CHECK(network.bytes[0] == 10);
  const Condition& no = kiosk.when->parts[2];
  CHECK(no.kind == Condition::Kind::kNot);
  REQUIRE(no.parts.size() == 1);
  CHECK(no.parts[0].field == IdentityField::kNotAfter);
  CHECK(no.parts[0].one_of.at(0).period.until == 1700000000);
}

TEST_CASE("upstreams keep what holds for TLS") {
  const Snapshot snapshot = DecodeFull();
  CHECK(snapshot.upstreams[0].protocol == UpstreamProtocol::kHttp2);
  CHECK_FALSE(snapshot.upstreams[0].tls.has_value());
  const Upstream& secure = snapshot.upstreams[1];
  CHECK(secure.protocol == UpstreamProtocol::kHttp1);
  CHECK(secure.endpoints[0].kind == Endpoint::Kind::kTls);
  REQUIRE(secure.tls.has_value());
  CHECK(snapshot.trust[secure.tls->trust].name == "partners");
  CHECK(secure.tls->server_name == "crm.example");
  CHECK(secure.tls->min_version == TlsVersion::kTls13);
  REQUIRE(secure.tls->certificate.has_value());
  CHECK(secure.tls->certificate->chain.path == "gateway.crt");
  CHECK(secure.tls->certificate->key.path == "gateway.key");
  REQUIRE(secure.tls->pins.size() == 1);
  CHECK(secure.tls->pins[0].kind == PinKind::kSha1);
  CHECK(secure.tls->pins[0].label == "next");
}

TEST_CASE("upstreams keep their endpoints and times") {
  const Snapshot snapshot = DecodeFull();
  REQUIRE(snapshot.upstreams.size() == 2);
  const Upstream& crm = snapshot.upstreams[0];
  REQUIRE(crm.endpoints.size() == 2);
  CHECK(crm.endpoints[0].kind == Endpoint::Kind::kTcp);
  CHECK(crm.endpoints[0].host == "127.0.0.1");
  CHECK(crm.endpoints[0].port == 9000);
  CHECK(crm.endpoints[1].kind == Endpoint::Kind::kUnix);
  CHECK(crm.endpoints[1].path == "/run/crm.sock");
  CHECK(crm.connect_timeout == Milliseconds(1));
  CHECK(crm.response_timeout == Milliseconds(2));
  CHECK(crm.idle_timeout == Milliseconds(3));
  CHECK(crm.keep_alive == Milliseconds(4));
  CHECK(crm.max_idle == 5);
}

TEST_CASE("upstreams keep what is said of choosing among their endpoints") {
  const Snapshot snapshot = DecodeFull();
  const Upstream& crm = snapshot.upstreams.at(0);
  CHECK(crm.endpoints.at(0).weight == 3);
  CHECK_FALSE(crm.endpoints.at(0).backup);
  CHECK(crm.endpoints.at(1).weight == 1);
  CHECK(crm.endpoints.at(1).backup);
  CHECK(crm.balancing.policy == BalancePolicy::kHash);
  CHECK(crm.balancing.hash_header == "x-session");
  CHECK_FALSE(crm.balancing.failback);
  CHECK(crm.balancing.slow_start == Milliseconds(6));
  REQUIRE(crm.health.has_value());
  CHECK(crm.health->target == "/healthz?deep=1");
  CHECK(crm.health->host == "crm.local:80");
  CHECK(crm.health->timeout == Milliseconds(7));
  CHECK(crm.health->interval == Milliseconds(8));
  CHECK(crm.health->healthy == 9);
  CHECK(crm.health->unhealthy == 10);
  CHECK(crm.health->expect_from == 201);
  CHECK(crm.health->expect_to == 204);
  REQUIRE(crm.ejection.has_value());
  CHECK(crm.ejection->failures == 11);
  CHECK(crm.ejection->base == Milliseconds(12));
  CHECK(crm.ejection->most == Milliseconds(13));
  CHECK(crm.ejection->most_percent == 14);
  CHECK(crm.retries.attempts == 15);
  CHECK_FALSE(crm.retries.on_connect);
  CHECK(crm.retries.on_reset);
  CHECK(crm.retries.budget_percent == 16);
  CHECK(crm.limits.connections == 17);
  CHECK(crm.limits.requests == 18);
  CHECK(crm.limits.queue == 19);
  CHECK(crm.limits.queue_timeout == Milliseconds(20));
  CHECK(crm.resolve_interval == Milliseconds(21));
}

TEST_CASE("health checks and ejection may be left out, and a policy that hashes nothing") {
  CHECK_FALSE(Decode(Changed("/upstreams/0/health", "null"))->upstreams[0].health.has_value());
  CHECK_FALSE(Decode(Changed("/upstreams/0/ejection", "null"))->upstreams[0].ejection.has_value());
  const auto by_certificate = Decode(Changed("/upstreams/0/balancing/hashHeader", "null"));
  CHECK(by_certificate->upstreams[0].balancing.hash_header.empty());
  const auto by_connection = Decode(Changed("/upstreams/0/health/target", "null"));
  CHECK(by_connection->upstreams[0].health->target.empty());
}

TEST_CASE("listeners keep everything and know their trust bundle by index") {
  const Snapshot snapshot = DecodeFull();
  REQUIRE(snapshot.listeners.size() == 3);
  const Listener& edge = snapshot.listeners[0];
  CHECK(edge.address == "0.0.0.0");
  CHECK(edge.port == 8443);
  REQUIRE(edge.certificates.size() == 1);
  CHECK(edge.certificates[0].at == "/listeners/edge/certificates/0");
  CHECK(edge.certificates[0].chain.path == "server.crt");
  CHECK(edge.certificates[0].key.path == "server.key");
  CHECK(edge.certificates[0].names == std::vector<std::string>{"edge.local", "*.example.com"});
  CHECK(edge.client_auth == ClientAuth::kOptional);
  CHECK(edge.trust == 1);
  CHECK(edge.min_version == TlsVersion::kTls13);
  REQUIRE(edge.forward_identity.size() == 1);
  CHECK(edge.forward_identity[0].preset == IdentityPreset::kEnvoy);
  CHECK(edge.forward_identity[0].envoy.subject);
  CHECK_FALSE(edge.forward_identity[0].envoy.cert);
  CHECK(edge.limits.head_bytes == 16384);
  CHECK(edge.limits.head_fields == 100);
  CHECK(edge.limits.target_bytes == 8192);
  CHECK(edge.limits.body_bytes == uint64_t{1} << 40);
  CHECK(edge.limits.connections == 10000);
  CHECK(edge.limits.handshakes == 1024);
  CHECK(edge.limits.streams == 50);
  CHECK(edge.protocols == std::vector{HttpVersion::kHttp1});
  CHECK(snapshot.listeners[1].protocols == std::vector{HttpVersion::kHttp2, HttpVersion::kHttp1});
  CHECK(edge.limits.body_bytes_per_second == 128);
  CHECK(edge.timeouts.first_byte == Milliseconds(10));
  CHECK(edge.timeouts.handshake == Milliseconds(11));
  CHECK(edge.timeouts.head == Milliseconds(12));
  CHECK(edge.timeouts.body == Milliseconds(13));
  CHECK(edge.timeouts.write == Milliseconds(14));
  CHECK(edge.timeouts.idle == Milliseconds(15));
  CHECK(edge.timeouts.eviction == Milliseconds(16));
  CHECK(edge.unknown_names == UnknownNames::kRefuse);
  CHECK(snapshot.listeners[1].unknown_names == UnknownNames::kDefault);
  CHECK(snapshot.listeners[1].trust == 0);
  CHECK(snapshot.listeners[1].client_auth == ClientAuth::kRequired);
  CHECK(snapshot.listeners[1].min_version == TlsVersion::kTls12);
}

TEST_CASE("server names keep what holds for their clients") {
  const Snapshot snapshot = DecodeFull();
  const std::vector<ServerName>& names = snapshot.listeners[0].names;
  REQUIRE(names.size() == 2);
  CHECK(names[0].name == "api.local");
  CHECK(names[0].at == "/listeners/edge/names/api.local");
  CHECK(names[0].client_auth == ClientAuth::kRequired);
  CHECK(names[0].trust == 0);
  CHECK(names[0].min_version == TlsVersion::kTls12);
  CHECK(names[1].name == "*.open.local");
  CHECK(names[1].client_auth == ClientAuth::kNone);
  CHECK(names[1].trust == 1);
  CHECK(names[1].min_version == TlsVersion::kTls13);
}

TEST_CASE("a route's listeners and clients become sorted sets of indices") {
  const Snapshot snapshot = DecodeFull();
  REQUIRE(snapshot.routes.size() == 5);
  const Route& customer = snapshot.routes[0];
  CHECK(customer.listeners == std::vector<uint32_t>{0, 1});
  CHECK(customer.allow == Allow::kClients);
  CHECK(customer.clients == std::vector<uint32_t>{0, 1});
}

TEST_CASE("routes keep what they match and do") {
  const Snapshot snapshot = DecodeFull();
  const Route& customer = snapshot.routes[0];
  CHECK(customer.host == "api.local");
  REQUIRE(customer.path.segments.size() == 2);
  CHECK_FALSE(customer.path.segments[0].is_parameter);
  CHECK(customer.path.segments[0].text == "api");
  CHECK(customer.path.segments[1].is_parameter);
  CHECK(customer.path.segments[1].text == "id");
  CHECK(customer.path.trailing_slash);
  CHECK(customer.path.any_slash == std::optional<bool>(true));
  CHECK(customer.path.any_case == std::optional<bool>(true));
  CHECK_FALSE(customer.path.is_prefix);
  CHECK(customer.methods == std::vector<std::string>{"GET", "POST"});
  REQUIRE(ProxyOf(customer.action) != nullptr);
  CHECK(ProxyOf(customer.action)->upstream == 0);

  const Route& ping = snapshot.routes[1];
  CHECK(ping.host.empty());
  CHECK(ping.methods.empty());
  CHECK(ping.path.is_prefix);
  CHECK_FALSE(ping.path.any_slash.has_value());
  CHECK_FALSE(ping.path.any_case.has_value());
  CHECK(ping.allow == Allow::kAnyTrusted);
  CHECK(ProxyOf(ping.action) == nullptr);
  const FixedResponse* response = std::get_if<FixedResponse>(&ping.action);
  REQUIRE(response != nullptr);
  CHECK(response->status == 418);
  REQUIRE(response->fields.size() == 2);
  CHECK(response->fields[0].first == "Content-Type");
  CHECK(response->fields[0].second == "text/plain");
  CHECK(response->body == "pong\n");
  CHECK(snapshot.routes[2].allow == Allow::kAnyone);
}

TEST_CASE("a route tells what it says of the client, or what its listener says") {
  const Snapshot snapshot = DecodeFull();
  const auto& own = snapshot.routes[0].forward_identity;
  REQUIRE(own.has_value());
  REQUIRE(own->size() == 3);
  CHECK((*own)[0].preset == IdentityPreset::kRfc9440);
  CHECK((*own)[1].preset == IdentityPreset::kEnvoy);
  const EnvoyElements& envoy = (*own)[1].envoy;
  CHECK((envoy.by && envoy.hash && envoy.cert && envoy.chain));
  CHECK_FALSE((envoy.subject || envoy.uri || envoy.dns));
  CHECK((*own)[2].preset == IdentityPreset::kField);
  CHECK((*own)[2].header == "X-Client-CN");
  CHECK((*own)[2].field.field == IdentityField::kSubjectAttribute);
  CHECK((*own)[2].field.attribute == "CN");
  REQUIRE(snapshot.routes[1].forward_identity.has_value());
  CHECK(snapshot.routes[1].forward_identity->empty());
  CHECK_FALSE(snapshot.routes[2].forward_identity.has_value());
}

}  // namespace
}  // namespace pinlatch::snapshot
