// See dry_run.h.
#include "server/dry_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/build_date.h"
#include "base/bytes.h"
#include "crypto/provider.h"
#include "http/head.h"
#include "http/target.h"
#include "identity/describe.h"
#include "keys/credential.h"
#include "keys/library.h"
#include "names/known_names.h"
#include "policy/ask.h"
#include "policy/decide.h"
#include "policy/judge.h"
#include "policy/pin_match.h"
#include "snapshot/decoder.h"
#include "trust/trust_bundle.h"

namespace pinlatch::server {
namespace {

// A method that no route can list: theirs are in upper case.
constexpr std::string_view kUnlisted = "any";

// ClockOf is the time that is asked about. Somebody chose it: what certificates say of the clock
// has no part in it.
ClockReading ClockOf(const DryRunRequest& request) { return {request.now, BuildDate()}; }

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
                         "the client offers at most TLS 1.2, and its server name requires TLS 1.3");
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
                            const policy::BlindIndex& index, DryRun& into) {
  if (!into.presented) return {};
  policy::ClientSet matched =
      policy::MatchClients(snapshot.clients, index, *into.presented, ClockOf(request));
  for (const uint32_t client : matched) into.matched.push_back(snapshot.clients[client].name);
  return matched;
}

// HeadOf writes the head that such a client sends. Without a host it is one of HTTP/1.0, which
// alone may name none.
std::string HeadOf(const DryRunRequest& request) {
  const std::string line = request.method + " " + request.path;
  if (request.host.empty()) return line + " HTTP/1.0\r\n\r\n";
  return line + " HTTP/1.1\r\nHost: " + request.host + "\r\n\r\n";
}

bool HasLineEnd(std::string_view text) { return text.find_first_of("\r\n") != text.npos; }

// ParseHead reads it as a connection does: whatever is refused there is refused here. A line end
// within one of the parts would make another request of it.
Status ParseHead(const DryRunRequest& request, const snapshot::Limits& limits, std::string& bytes,
                 http::RequestHead& head) {
  if (HasLineEnd(request.method) || HasLineEnd(request.path) || HasLineEnd(request.host)) {
    return Error(ErrorCode::kMalformedRequest, "the request contains a line break");
  }
  bytes = HeadOf(request);
  const http::HeadLimits most = policy::HeadLimitsOf(limits);
  size_t scanned = 0;
  PINLATCH_ASSIGN(const size_t end, http::FindHeadEnd(AsBytes(bytes), scanned, most));
  return http::ParseRequestHead(std::string_view(bytes).substr(0, end), most, head);
}

// NameRoutes lists where this client would be admitted, for which the handshake must succeed.
template <typename Rules>
void NameRoutes(const Rules& rules, uint32_t listener, const policy::Principal& who,
                const std::vector<snapshot::Client>& clients, std::vector<std::string>& into) {
  for (const snapshot::RouteRule& rule : rules) {
    const bool is_here =
        std::find(rule.listeners.begin(), rule.listeners.end(), listener) != rule.listeners.end();
    if (is_here && policy::Decide(rule, who.identity, who.clients, clients).admitted) {
      into.push_back(rule.name);
    }
  }
}

Status JudgeAsk(const policy::ListenerPolicy& policy, const policy::Ask& ask,
                const policy::Principal& who, const ClockReading& clock, DryRun& into) {
  const snapshot::Snapshot& snapshot = *policy.snapshot;
  policy::Judgement judgement = policy::Judge(policy, ask, who, clock);
  if (judgement.route) {
    into.route = ask.is_connection ? snapshot.tcp_routes[*judgement.route].name
                                   : snapshot.routes[*judgement.route].name;
  }
  if (judgement.client) into.client = snapshot.clients[*judgement.client].name;
  into.allowed_methods = judgement.allowed_methods;
  if (judgement.evidence) into.evidence = std::move(*judgement.evidence);
  return judgement.admitted() ? Status() : Status(*std::move(judgement.refusal));
}

Status JudgeRequest(const DryRunRequest& request, const snapshot::Limits& limits,
                    const policy::ListenerPolicy& policy, const policy::Principal& who,
                    DryRun& into) {
  std::string bytes;
  const auto head = std::make_unique<http::RequestHead>();  // too large for a stack
  http::Host host;
  PINLATCH_TRY(ParseHead(request, limits, bytes, *head));
  PINLATCH_TRY(policy::ReadAsk(*head, into.path, host));
  into.takes_any_method =
      policy.routes.Match(host.name, into.path, kUnlisted).kind == policy::RouteMatch::Kind::kFound;
  return JudgeAsk(policy, {false, head->method, into.path, host.name, head->fields.all()}, who,
                  ClockOf(request), into);
}

// JudgeWhatIsAsked judges a connection on a listener with mode tcp, else a request.
Status JudgeWhatIsAsked(const DryRunRequest& request, const snapshot::Listener& listener,
                        const policy::ListenerPolicy& policy, const policy::Principal& who,
                        DryRun& into) {
  if (listener.front.mode != snapshot::Mode::kTcp) {
    return JudgeRequest(request, listener.limits, policy, who, into);
  }
  return JudgeAsk(policy, {.is_connection = true}, who, ClockOf(request), into);
}

}  // namespace

Result<DryRun> RunDry(const DryRunRequest& request) {
  PINLATCH_TRY(tls::InitialiseLibrary());
  PINLATCH_ASSIGN(const snapshot::Snapshot snapshot, snapshot::Decode(request.document));
  PINLATCH_TRY(crypto::CheckProvider(snapshot.crypto_provider));
  PINLATCH_ASSIGN(const uint32_t index, FindListener(snapshot, request.listener));
  const snapshot::Listener& listener = snapshot.listeners[index];
  DryRun run;
  std::string& server_name = run.server_name;
  PINLATCH_TRY(TryServerName(request, listener, server_name, run));
  PINLATCH_ASSIGN(const policy::ListenerPolicy policy,
                  policy::ListenerPolicy::Build(snapshot, index));
  const policy::ClientRules& asked = policy.names.Of(server_name);
  PINLATCH_ASSIGN(const std::shared_ptr<const tls::TrustBundle> trust,
                  tls::TrustBundle::Load(snapshot.trust[asked.trust], ClockOf(request)));
  TryVersion(request, asked, run);
  TryCertificate(request, asked.client_auth, *trust, run);
  const auto pins = policy::BlindIndex::Build(snapshot.clients, {});
  const policy::ClientSet matched = Recognise(request, snapshot, pins, run);
  const policy::Principal who{run.presented ? &*run.presented : nullptr, matched, server_name,
                              request.tls_version, &pins};
  if (!run.handshake) {
    NameRoutes(snapshot.routes, index, who, snapshot.clients, run.routes);
    NameRoutes(snapshot.tcp_routes, index, who, snapshot.clients, run.routes);
  }
  Status judged = JudgeWhatIsAsked(request, listener, policy, who, run);
  if (!judged.ok()) run.request = std::move(judged).error();
  return run;
}

}  // namespace pinlatch::server
