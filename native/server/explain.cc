// See explain.h.
#include "server/explain.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/build_date.h"
#include "http/target.h"
#include "identity/describe.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "policy/pin_match.h"
#include "policy/route_table.h"
#include "policy/server_name_table.h"
#include "snapshot/decoder.h"
#include "tls/credential.h"
#include "tls/known_names.h"
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

Asked AskedFor(const snapshot::Listener& listener, std::string_view server_name) {
  tls::NameMap<Asked> names;
  for (const snapshot::ServerName& entry : listener.names) {
    names.At(entry.name) = {entry.trust, entry.client_auth};
  }
  const Asked* found = names.Find(server_name);
  return found != nullptr ? *found : Asked{listener.trust, listener.client_auth};
}

// ServerNameFor reads the server name that a client asks for which puts `host_field` into Host.
// False: it is none.
bool ServerNameFor(std::string_view host_field, std::string& into) {
  into.clear();
  if (host_field.empty()) return true;
  const Result<http::Host> host = http::ParseHost(host_field);
  return host.ok() && http::ParseServerName(host->name, into);
}

// NamesKnownTo reads certificates only where what they are for makes a difference.
Result<tls::KnownNames> NamesKnownTo(const snapshot::Listener& listener) {
  tls::KnownNames known(listener);
  if (listener.unknown_names != snapshot::UnknownNames::kRefuse) return known;
  for (const snapshot::Certificate& certificate : listener.certificates) {
    PINLATCH_ASSIGN(const std::vector<std::string> names,
                    tls::Credential::ServerNamesOf(certificate));
    known.Add(names);
  }
  return known;
}

// ExplainServerName: a name that is refused ends the handshake before any certificate is seen.
Status ExplainServerName(const ExplainRequest& request, const snapshot::Listener& listener,
                         std::string& server_name, Explanation& into) {
  if (!ServerNameFor(request.host, server_name)) {
    into.handshake = tls::NoServerName(request.host);
    return {};
  }
  PINLATCH_ASSIGN(const tls::KnownNames known, NamesKnownTo(listener));
  if (known.Refuses(server_name)) into.handshake = tls::UnknownServerName(server_name);
  return {};
}

void ExplainHandshake(const ExplainRequest& request, snapshot::ClientAuth client_auth,
                      const tls::TrustBundle& trust, Explanation& into) {
  if (client_auth == snapshot::ClientAuth::kNone) return;  // it would not be asked for
  if (request.chain.empty()) {
    if (client_auth == snapshot::ClientAuth::kRequired && !into.handshake) {
      into.handshake = Error(ErrorCode::kClientCertificateMissing,
                             "the client sent no certificate, and this listener requires one");
    }
    return;
  }
  auto described = identity::Describe(request.chain.front());
  if (described.ok()) into.presented = std::move(described).value();
  if (into.handshake) return;
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

// A connection is led by its server name; there is no path.
Status JudgeConnection(const ExplainRequest& request, const snapshot::Snapshot& snapshot,
                       uint32_t listener, std::string_view server_name, Explanation& into) {
  const policy::ClientSet matched = Recognise(request, snapshot, into);
  PINLATCH_ASSIGN(const policy::ServerNameTable routes,
                  policy::ServerNameTable::Build(snapshot, listener));
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
  Explanation explanation;
  std::string server_name;
  PINLATCH_TRY(ExplainServerName(request, listener, server_name, explanation));
  const Asked asked = AskedFor(listener, server_name);
  PINLATCH_ASSIGN(
      const std::shared_ptr<const tls::TrustBundle> trust,
      tls::TrustBundle::Load(snapshot.trust[asked.trust], ClockReading(request.now, BuildDate())));
  PINLATCH_ASSIGN(const policy::RouteTable routes, policy::RouteTable::Build(snapshot, index));
  ExplainHandshake(request, asked.client_auth, *trust, explanation);
  const bool is_tcp = listener.front.mode == snapshot::Mode::kTcp;
  Status judged = is_tcp ? JudgeConnection(request, snapshot, index, server_name, explanation)
                         : Judge(request, snapshot, routes, explanation);
  if (!judged.ok()) explanation.request = std::move(judged).error();
  return explanation;
}

}  // namespace pinlatch::server
