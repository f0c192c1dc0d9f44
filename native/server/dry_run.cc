// See dry_run.h.
#include "server/dry_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/build_date.h"
#include "http/target.h"
#include "identity/describe.h"
#include "keys/credential.h"
#include "keys/library.h"
#include "names/known_names.h"
#include "policy/decide.h"
#include "policy/judge.h"
#include "policy/pin_match.h"
#include "snapshot/decoder.h"
#include "trust/trust_bundle.h"

namespace pinlatch::server {
namespace {

// A method that no route can list: theirs are in upper case.
constexpr std::string_view kUnlisted = "any";

Result<uint32_t> FindListener(const snapshot::Snapshot& snapshot, const std::string& name) {
  for (uint32_t i = 0; i < snapshot.listeners.size(); ++i) {
    if (snapshot.listeners[i].name == name) return i;
  }
  return Error(ErrorCode::kSnapshotInvalid, "there is no listener \"" + name + "\"", "/listeners");
}

// ReadServerName reads the server name that a client asks for: as it says, or as one does that puts
// `host` into Host. False: it is none.
bool ReadServerName(const DryRunRequest& request, std::string& into) {
  into.clear();
  if (request.server_name) {
    return request.server_name->empty() || http::ParseServerName(*request.server_name, into);
  }
  if (request.host.empty()) return true;
  const Result<http::Host> host = http::ParseHost(request.host);
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

// TryServerName: a name that is refused ends the handshake before any certificate is seen.
Status TryServerName(const DryRunRequest& request, const snapshot::Listener& listener,
                     std::string& server_name, DryRun& into) {
  if (!ReadServerName(request, server_name)) {
    into.handshake = tls::NoServerName(request.server_name.value_or(request.host));
    return {};
  }
  PINLATCH_ASSIGN(const tls::KnownNames known, NamesKnownTo(listener));
  if (known.Refuses(server_name)) into.handshake = tls::UnknownServerName(server_name);
  return {};
}

void TryVersion(const DryRunRequest& request, const policy::ClientRules& asked, DryRun& into) {
  if (into.handshake || request.tls_version >= asked.min_version) return;
  into.handshake = Error(ErrorCode::kProtocolVersion,
                         "the client offers TLS 1.2 at most, and its server name asks for TLS 1.3");
}

void TryCertificate(const DryRunRequest& request, snapshot::ClientAuth client_auth,
                    const tls::TrustBundle& trust, DryRun& into) {
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
  if (verdict.accepted()) {
    if (into.presented) into.presented->policies = std::move(verdict.policies);
    return;
  }
  into.handshake = Error(verdict.refusal->code, verdict.refusal->ToString());
  into.chain = std::move(verdict.refusal);
}

// Recognise says which clients the certificate is, whatever is asked for.
policy::ClientSet Recognise(const DryRunRequest& request, const snapshot::Snapshot& snapshot,
                            DryRun& into) {
  if (!into.presented) return {};
  const auto index = policy::BlindIndex::Build(snapshot.clients, {});
  policy::ClientSet matched = policy::MatchClients(snapshot.clients, index, *into.presented,
                                                   ClockReading(request.now, BuildDate()));
  for (const uint32_t client : matched) into.matched.push_back(snapshot.clients[client].name);
  return matched;
}

// ReadRequest brings what is asked for into the form that is judged.
Status ReadRequest(const DryRunRequest& request, bool is_connection, std::string& path,
                   http::Host& host) {
  if (is_connection) return {};
  const std::string_view target = request.path;
  const size_t end = std::min(target.find('?'), target.size());
  const bool has_query = end < target.size();
  const std::string_view query = has_query ? target.substr(end + 1) : std::string_view();
  return policy::ReadAsk({request.method, target.substr(0, end), query, has_query, request.host},
                         path, host);
}

// NameRoutes lists where this client would be admitted, for which the handshake must succeed.
template <typename Rules>
void NameRoutes(const Rules& rules, uint32_t listener, const policy::Principal& who,
                std::vector<std::string>& into) {
  for (const snapshot::RouteRule& rule : rules) {
    const bool is_here =
        std::find(rule.listeners.begin(), rule.listeners.end(), listener) != rule.listeners.end();
    if (is_here && policy::Decide(rule, who.identity, who.clients).admitted) {
      into.push_back(rule.name);
    }
  }
}

// JudgeRequest says what the judgement is. On a listener with mode tcp a connection is judged.
Status JudgeRequest(const DryRunRequest& request, const policy::ListenerPolicy& policy,
                    bool is_connection, const policy::Principal& who, DryRun& into) {
  const snapshot::Snapshot& snapshot = *policy.snapshot;
  http::Host host;
  PINLATCH_TRY(ReadRequest(request, is_connection, into.path, host));
  policy::Judgement judgement =
      policy::Judge(policy, {is_connection, request.method, into.path, host.name, {}}, who,
                    ClockReading(request.now, BuildDate()));
  if (judgement.route) {
    into.route = is_connection ? snapshot.tcp_routes[*judgement.route].name
                               : snapshot.routes[*judgement.route].name;
  }
  if (judgement.client) into.client = snapshot.clients[*judgement.client].name;
  into.allowed_methods = judgement.allowed_methods;
  into.evidence = std::move(judgement.evidence);
  into.takes_any_method =
      !is_connection &&
      policy.routes.Match(host.name, into.path, kUnlisted).kind == policy::RouteMatch::Kind::kFound;
  return judgement.admitted() ? Status() : Status(*std::move(judgement.refusal));
}

}  // namespace

Result<DryRun> RunDry(const DryRunRequest& request) {
  PINLATCH_TRY(tls::InitialiseLibrary());
  PINLATCH_ASSIGN(const snapshot::Snapshot snapshot, snapshot::Decode(request.document));
  PINLATCH_ASSIGN(const uint32_t index, FindListener(snapshot, request.listener));
  const snapshot::Listener& listener = snapshot.listeners[index];
  DryRun run;
  std::string& server_name = run.server_name;
  PINLATCH_TRY(TryServerName(request, listener, server_name, run));
  PINLATCH_ASSIGN(const policy::ListenerPolicy policy,
                  policy::ListenerPolicy::Build(snapshot, index));
  const policy::ClientRules& asked = policy.names.Of(server_name);
  PINLATCH_ASSIGN(
      const std::shared_ptr<const tls::TrustBundle> trust,
      tls::TrustBundle::Load(snapshot.trust[asked.trust], ClockReading(request.now, BuildDate())));
  TryVersion(request, asked, run);
  TryCertificate(request, asked.client_auth, *trust, run);
  const policy::ClientSet matched = Recognise(request, snapshot, run);
  const policy::Principal who{run.presented ? &*run.presented : nullptr, matched, server_name,
                              request.tls_version};
  if (!run.handshake) {
    NameRoutes(snapshot.routes, index, who, run.routes);
    NameRoutes(snapshot.tcp_routes, index, who, run.routes);
  }
  const bool is_connection = listener.front.mode == snapshot::Mode::kTcp;
  Status judged = JudgeRequest(request, policy, is_connection, who, run);
  if (!judged.ok()) run.request = std::move(judged).error();
  return run;
}

}  // namespace pinlatch::server
