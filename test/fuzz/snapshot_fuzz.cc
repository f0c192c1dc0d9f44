// Fuzzes snapshot::Decode and, with what it lets through, policy::RouteTable::Build and Match,
// policy::MatchClients, policy::ExplainClient and policy::Decide. What a decoded snapshot promises
// to everyone below is checked, not only that nothing crashes.
//
// Accepted is a document that is decoded and whose routes make a table for every listener. A
// refusal is called by its code and the place in the document, "/" written as ".".
#include <algorithm>
#include <string>

#include "http/target.h"
#include "identity/peer_identity.h"
#include "outcome.h"
#include "policy/decide.h"
#include "policy/evidence.h"
#include "policy/pin_match.h"
#include "policy/route_table.h"
#include "snapshot/decoder.h"

namespace {

using pinlatch::Error;
using pinlatch::Result;
using pinlatch::Status;
using pinlatch::fuzz::Outcome;
using pinlatch::fuzz::Require;
using pinlatch::policy::ClientSet;
using pinlatch::policy::RouteMatch;
using pinlatch::policy::RouteTable;
using pinlatch::snapshot::Route;
using pinlatch::snapshot::RouteRule;
using pinlatch::snapshot::Snapshot;
using pinlatch::snapshot::TcpRoute;
using pinlatch::snapshot::Trust;
using pinlatch::snapshot::Upstream;

constexpr pinlatch::UnixSeconds kNow = 1'800'000'000;

bool IsSetBelow(const std::vector<uint32_t>& set, size_t bound) {
  return std::is_sorted(set.begin(), set.end()) &&
         std::adjacent_find(set.begin(), set.end()) == set.end() &&
         (set.empty() || set.back() < bound);
}

bool HasLineBreak(const std::string& text) {
  return text.find_first_of(std::string("\r\n\0", 3)) != std::string::npos;
}

// A bundle with both, or with neither, would admit more or others than its entry says.
void CheckTrust(const Trust& trust) {
  Require(trust.self_signed == trust.ca.empty());
  Require(trust.self_signed != trust.pinned.empty());
  Require(!trust.self_signed || !trust.revocation.has_value());
  Require(trust.min_rsa_bits >= 2048);
}

// Whom a plain endpoint serves would be served without the TLS that the configuration asks for.
void CheckUpstream(const Snapshot& snapshot, const Upstream& upstream) {
  using Kind = pinlatch::snapshot::Endpoint::Kind;
  Require(!upstream.endpoints.empty());
  for (const auto& endpoint : upstream.endpoints) {
    Require((endpoint.kind == Kind::kTls) == upstream.tls.has_value());
    Require((endpoint.kind == Kind::kUnix) == endpoint.host.empty());
    Require((endpoint.kind == Kind::kUnix) == !endpoint.path.empty());
    Require(endpoint.weight > 0);
  }
  Require(!upstream.tls || upstream.tls->trust < snapshot.trust.size());
}

// A route holds somewhere, and admits whom it says.
void CheckRule(const Snapshot& snapshot, const RouteRule& rule) {
  Require(!rule.listeners.empty() && IsSetBelow(rule.listeners, snapshot.listeners.size()));
  Require(IsSetBelow(rule.clients, snapshot.clients.size()));
  Require((rule.allow == pinlatch::snapshot::Allow::kClients) == !rule.clients.empty());
}

void CheckTcpRoute(const Snapshot& snapshot, const TcpRoute& route) {
  CheckRule(snapshot, route);
  Require(route.upstream < snapshot.upstreams.size());
}

void CheckAction(const Snapshot& snapshot, const pinlatch::snapshot::ProxyTo& proxy) {
  Require(proxy.upstream < snapshot.upstreams.size());
}

void CheckAction(const Snapshot&, const pinlatch::snapshot::FixedResponse& response) {
  for (const auto& [name, value] : response.fields) {
    Require(!name.empty() && !HasLineBreak(name) && !HasLineBreak(value));
  }
}

void CheckAction(const Snapshot&, const pinlatch::snapshot::Liveness&) {}

void CheckAction(const Snapshot& snapshot, const pinlatch::snapshot::Readiness& readiness) {
  for (const uint32_t upstream : readiness.upstreams) {
    Require(upstream < snapshot.upstreams.size());
  }
}

void CheckRoute(const Snapshot& snapshot, const Route& route) {
  CheckRule(snapshot, route);
  if (route.forward_identity.has_value()) {
    for (const auto& entry : *route.forward_identity) {
      for (const std::string_view name : pinlatch::snapshot::HeaderNames(entry)) {
        Require(!name.empty() && name.find_first_of(" :\r\n") == std::string_view::npos);
      }
    }
  }
  std::visit([&snapshot](const auto& action) { CheckAction(snapshot, action); }, route.action);
}

// PathFor returns a path that the route's pattern fits.
std::string PathFor(const Route& route) {
  std::string path;
  for (const auto& segment : route.path.segments)
    path += "/" + (segment.is_parameter ? "x" : segment.text);
  return path.empty() || route.path.trailing_slash ? path + "/" : path;
}

// A route whose own path had another canonical form could never be reached, and what it guards
// would be left to others.
void CheckReachable(const RouteTable& table, const Route& route) {
  const std::string path = PathFor(route);
  std::string canonical;
  Require(pinlatch::http::CanonicalPath(path, canonical).ok() && canonical == path);
  const Result<pinlatch::http::Host> host = pinlatch::http::ParseHost(route.host);
  Require(!host.ok() || host.value().name == route.host);
  const std::string method = route.methods.empty() ? "GET" : route.methods.front();
  Require(table.Match(route.host, path, method).kind != RouteMatch::Kind::kNoRoute);
}

pinlatch::identity::PeerIdentity SomeIdentity() {
  pinlatch::identity::PeerIdentity identity;
  identity.subject = "CN=kiosk 7,OU=kiosks+OU=hall,O=Acme\\, Inc.,2.5.4.97=#0C026869";
  identity.issuer = "CN=Device CA";
  identity.serial = "0A1B";
  identity.not_before = 1'700'000'000;
  identity.not_after = 1'800'000'000;
  identity.san_dns = {"kiosk-7.example.com", "a\\00.example.com"};
  identity.san_uri = {"spiffe://example.org/kiosk/7"};
  identity.san_email = {"ops@example.com"};
  identity.san_ip = {"10.1.2.3", "2001:db8::7"};
  identity.key_algorithm = "EC P-256";
  identity.policies = {"1.2.3"};
  return identity;
}

// Who matches has nothing to be explained, and who does not has; a client without pins that was not
// declared so matches nobody.
void CheckClients(const Snapshot& snapshot, const pinlatch::identity::PeerIdentity& identity,
                  const ClientSet& matched) {
  for (uint32_t i = 0; i < snapshot.clients.size(); ++i) {
    const auto& client = snapshot.clients[i];
    const bool is_matched = std::binary_search(matched.begin(), matched.end(), i);
    Require(!client.unpinned || (client.pins.empty() && client.when.has_value()));
    Require(!is_matched || client.unpinned || !client.pins.empty());
    const auto findings = pinlatch::policy::ExplainClient(client, identity, kNow);
    Require(findings.empty() == is_matched);
    Require(findings.size() <= pinlatch::policy::kMostFindings);
    for (const auto& pin : client.pins) Require(pin.period.from < pin.period.until);
  }
}

// CheckTable makes the table of a listener. Error: why there is none.
Status CheckTable(const Snapshot& snapshot, uint32_t listener) {
  PINLATCH_ASSIGN(const RouteTable table, RouteTable::Build(snapshot, listener));
  for (const Route& route : snapshot.routes) {
    if (std::binary_search(route.listeners.begin(), route.listeners.end(), listener))
      CheckReachable(table, route);
  }
  return {};
}

void CheckPolicy(const Snapshot& snapshot) {
  const pinlatch::identity::PeerIdentity identity = SomeIdentity();
  const ClientSet matched = pinlatch::policy::MatchClients(
      snapshot.clients, pinlatch::policy::BlindIndex::Build(snapshot.clients, {}), identity, kNow);
  Require(IsSetBelow(matched, snapshot.clients.size()));
  CheckClients(snapshot, identity, matched);
  for (const auto& client : snapshot.clients)
    Require(IsSetBelow(client.scopes, snapshot.scopes.size()));
  for (const auto& application : snapshot.applications)
    Require(!application.clients.empty() &&
            IsSetBelow(application.clients, snapshot.clients.size()));
  for (const Route& route : snapshot.routes) {
    const bool open = pinlatch::policy::Decide(route, nullptr, matched, snapshot.clients).admitted;
    Require(open == (route.allow == pinlatch::snapshot::Allow::kAnyone));
    Require(IsSetBelow(route.scopes, snapshot.scopes.size()));
    Require(route.scopes.empty() || route.allow == pinlatch::snapshot::Allow::kClients);
  }
}

Status CheckSnapshot(const Snapshot& snapshot) {
  for (const auto& listener : snapshot.listeners)
    Require(listener.trust < snapshot.trust.size() && !listener.certificates.empty());
  for (const Trust& trust : snapshot.trust) CheckTrust(trust);
  for (const Upstream& upstream : snapshot.upstreams) CheckUpstream(snapshot, upstream);
  for (const Route& route : snapshot.routes) CheckRoute(snapshot, route);
  for (const TcpRoute& route : snapshot.tcp_routes) CheckTcpRoute(snapshot, route);
  CheckPolicy(snapshot);
  for (uint32_t listener = 0; listener < snapshot.listeners.size(); ++listener)
    PINLATCH_TRY(CheckTable(snapshot, listener));
  return {};
}

Outcome RefusedAt(const Error& error) {
  Require(error.code == pinlatch::ErrorCode::kSnapshotInvalid && !error.detail.empty());
  std::string place = error.at.empty() ? "document" : error.at.substr(1);
  std::replace(place.begin(), place.end(), '/', '.');
  return Outcome::Refused(std::string(StableCode(error.code)) + "-" + place);
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  const Result<Snapshot> snapshot = snapshot::Decode(AsText(input));
  if (!snapshot.ok()) {
    Require(snapshot.error().detail.find("expected") != std::string::npos);
    return RefusedAt(snapshot.error());
  }
  const Status tables = CheckSnapshot(*snapshot);
  return tables.ok() ? Outcome::Accepted() : RefusedAt(tables.error());
}

std::vector<std::string_view> MustReach() { return {"accept", "refuse-snapshot-invalid"}; }

}  // namespace pinlatch::fuzz
