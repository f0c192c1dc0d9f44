// See explain.h.
#include "server/explain.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "http/target.h"
#include "identity/describe.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "policy/pin_match.h"
#include "policy/route_table.h"
#include "policy/server_name_table.h"
#include "snapshot/decoder.h"
#include "tls/library.h"
#include "tls/name_map.h"
#include "tls/trust_bundle.h"

namespace pinlatch::server {
namespace {

Result<uint32_t> FindListener(const snapshot::Snapshot& snapshot, const std::string& name) {
  for (uint32_t i = 0; i < snapshot.listeners.size(); ++i) {
    if (snapshot.listeners[i].name == name) return i;
  }
  return Error(ErrorCode::kSnapshotInvalid, "there is no listener \"" + name + "\"", "/listeners");
}

// Asked is what a listener asks of clients that use a server name.
struct Asked {
  uint32_t trust = 0;
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
};

// A client asks for the server name that it puts into Host.
Asked AskedFor(const snapshot::Listener& listener, std::string_view host_field) {
  tls::NameMap<Asked> names;
  for (const snapshot::ServerName& entry : listener.names) {
    names.At(entry.name) = {entry.trust, entry.client_auth};
  }
  const Result<http::Host> host = http::ParseHost(host_field);
  const Asked* found = host.ok() ? names.Find(host->name) : nullptr;
  return found != nullptr ? *found : Asked{listener.trust, listener.client_auth};
}

void ExplainHandshake(const ExplainRequest& request, snapshot::ClientAuth client_auth,
                      const tls::TrustBundle& trust, Explanation& into) {
  if (client_auth == snapshot::ClientAuth::kNone) return;  // it would not be asked for
  if (request.chain.empty()) {
    if (client_auth == snapshot::ClientAuth::kRequired) {
      into.handshake = Error(ErrorCode::kClientCertificateMissing,
                             "the client sent no certificate, and this listener requires one");
    }
    return;
  }
  auto described = identity::Describe(request.chain.front());
  if (described.ok()) into.presented = std::move(described).value();
  const std::vector<ByteSpan> chain(request.chain.begin(), request.chain.end());
  tls::Verdict verdict = tls::Verify({.chain = chain,
                                      .trust = trust,
                                      .purpose = tls::Purpose::kClientAuth,
                                      .now = request.now,
                                      .limits = trust.limits()});
  if (verdict.accepted()) return;
  into.handshake = Error(verdict.refusal->code, verdict.refusal->ToString());
  into.chain = std::move(verdict.refusal);
}

// Recognise says which clients the certificate is, whatever is asked for.
policy::ClientSet Recognise(const ExplainRequest& request, const snapshot::Snapshot& snapshot,
                            Explanation& into) {
  if (!into.presented) return {};
  const auto index = policy::BlindIndex::Build(snapshot.clients, {});
  policy::ClientSet matched =
      policy::MatchClients(snapshot.clients, index, *into.presented, request.now);
  for (const uint32_t client : matched) into.matched.push_back(snapshot.clients[client].name);
  return matched;
}

// DecideRoute says whether the route admits who comes, and if not, why.
Status DecideRoute(const ExplainRequest& request, const snapshot::Snapshot& snapshot,
                   const snapshot::RouteRule& route, const policy::ClientSet& matched,
                   Explanation& into) {
  into.route = route.name;
  const identity::PeerIdentity* identity = into.presented ? &*into.presented : nullptr;
  const policy::Decision decision = policy::Decide(route, identity, matched);
  if (decision.client) into.client = snapshot.clients[*decision.client].name;
  if (decision.admitted) return {};
  if (identity != nullptr) {
    into.findings = policy::ExplainClients(snapshot.clients, route.clients, *identity, request.now);
  }
  return decision.reason;
}

// A connection is led by its server name, which the host stands for; there is no path.
Status JudgeConnection(const ExplainRequest& request, const snapshot::Snapshot& snapshot,
                       uint32_t listener, Explanation& into) {
  const policy::ClientSet matched = Recognise(request, snapshot, into);
  PINLATCH_ASSIGN(const policy::ServerNameTable routes,
                  policy::ServerNameTable::Build(snapshot, listener));
  std::string server_name;
  if (!request.host.empty()) {
    PINLATCH_ASSIGN(const http::Host host, http::ParseHost(request.host));
    server_name = host.name;
  }
  const std::optional<uint32_t> match = routes.Match(server_name);
  if (!match) return ErrorCode::kNoRoute;
  return DecideRoute(request, snapshot, snapshot.tcp_routes[*match], matched, into);
}

Status Judge(const ExplainRequest& request, const snapshot::Snapshot& snapshot,
             const policy::RouteTable& routes, Explanation& into) {
  const policy::ClientSet matched = Recognise(request, snapshot, into);
  PINLATCH_TRY(http::CanonicalPath(request.path, into.path));
  std::string host_name;
  if (!request.host.empty()) {
    PINLATCH_ASSIGN(const http::Host host, http::ParseHost(request.host));
    host_name = host.name;
  }
  const policy::RouteMatch match = routes.Match(host_name, into.path, request.method);
  if (match.kind == policy::RouteMatch::Kind::kNoRoute) return ErrorCode::kNoRoute;
  if (match.kind == policy::RouteMatch::Kind::kMethodNotAllowed) {
    into.allowed_methods = match.allow;
    return ErrorCode::kMethodNotAllowed;
  }
  return DecideRoute(request, snapshot, snapshot.routes[match.route], matched, into);
}

}  // namespace

Result<Explanation> Explain(const ExplainRequest& request) {
  PINLATCH_TRY(tls::InitialiseLibrary());
  PINLATCH_ASSIGN(const snapshot::Snapshot snapshot, snapshot::Decode(request.document));
  PINLATCH_ASSIGN(const uint32_t index, FindListener(snapshot, request.listener));
  const snapshot::Listener& listener = snapshot.listeners[index];
  const Asked asked = AskedFor(listener, request.host);
  PINLATCH_ASSIGN(const std::shared_ptr<const tls::TrustBundle> trust,
                  tls::TrustBundle::Load(snapshot.trust[asked.trust], request.now));
  PINLATCH_ASSIGN(const policy::RouteTable routes, policy::RouteTable::Build(snapshot, index));
  Explanation explanation;
  ExplainHandshake(request, asked.client_auth, *trust, explanation);
  const bool is_tcp = listener.front.mode == snapshot::Mode::kTcp;
  Status judged = is_tcp ? JudgeConnection(request, snapshot, index, explanation)
                         : Judge(request, snapshot, routes, explanation);
  if (!judged.ok()) explanation.request = std::move(judged).error();
  return explanation;
}

}  // namespace pinlatch::server
