// See judge.h.
#include "policy/judge.h"

#include <algorithm>
#include <utility>

#include "policy/decide.h"
#include "policy/guarded_fields.h"

namespace pinlatch::policy {
namespace {

using snapshot::ClientAuth;

std::string NameFor(std::string_view server_name, const char* none) {
  return server_name.empty() ? none : "\"" + std::string(server_name) + "\"";
}

// A request must be for a host of which the same is asked as of the server name that the connection
// was made for: otherwise a name with weaker rules would lead to what a stricter one guards. A
// request without a host is for what the listener itself says; a TCP connection for its server
// name.
Status CheckDirected(const ClientRules& asked, const ListenerPolicy& policy, const Principal& who) {
  if (Serves(policy.names.Of(who.server_name), who.tls_version, asked)) return {};
  return Error(ErrorCode::kMisdirected,
               "the connection was made for " + NameFor(who.server_name, "no server name") +
                   ", and the host has a different trust bundle, client authentication or lowest "
                   "TLS version");
}

// MatchRoute finds the route. A method that its pattern does not take leads to no other one.
Status MatchRoute(const ListenerPolicy& policy, const Ask& ask, Judgement& into) {
  const RouteMatch match = policy.routes.Match(ask.host, ask.path, ask.method);
  into.allowed_methods = match.allow;
  switch (match.kind) {
    case RouteMatch::Kind::kFound:
      into.route = match.route;
      return {};
    case RouteMatch::Kind::kMethodNotAllowed:
      return ErrorCode::kMethodNotAllowed;
    case RouteMatch::Kind::kNoRoute:
      break;
  }
  return ErrorCode::kNoRoute;
}

Status MatchConnection(const ListenerPolicy& policy, const Principal& who, Judgement& into) {
  into.route = policy.tcp_routes.Match(who.server_name);
  if (into.route) return {};
  return Error(ErrorCode::kNoRoute,
               "the client asked for " + NameFor(who.server_name, "no server name"));
}

const snapshot::RouteRule& RuleOf(const ListenerPolicy& policy, const Ask& ask, uint32_t route) {
  if (ask.is_connection) return policy.snapshot->tcp_routes[route];
  return policy.snapshot->routes[route];
}

// That a client without a certificate lost its connection when one came to be required is seen by
// whoever keeps connections, and once more here.
Status CheckPresented(const ClientRules& asked, const Principal& who) {
  const bool lacks = who.identity == nullptr && asked.client_auth == ClientAuth::kRequired;
  return lacks ? Status(ErrorCode::kCertificateRequired) : Status();
}

// Lacking says what the client lacks of what the route wants.
Error Lacking(const snapshot::RouteRule& rule, const snapshot::Snapshot& snapshot,
              Judgement& into) {
  const snapshot::Client& client = snapshot.clients[*into.client];
  into.evidence = std::make_unique<Evidence>();
  std::string& missing = into.evidence->missing_scopes;
  std::string quoted;
  for (const uint32_t scope : MissingScopes(client, rule)) {
    const std::string& name = snapshot.scopes[scope];
    missing.append(missing.empty() ? "" : " ").append(name);
    quoted.append(quoted.empty() ? "\"" : ", \"").append(name).append("\"");
  }
  return Error(ErrorCode::kInsufficientScope, "client \"" + client.name + "\" lacks " + quoted +
                                                  ", which route \"" + rule.name + "\" wants");
}

Status DecideWho(const ClientRules& asked, const snapshot::RouteRule& rule,
                 const snapshot::Snapshot& snapshot, const Principal& who, Judgement& into) {
  PINLATCH_TRY(CheckPresented(asked, who));
  const Decision decision = Decide(rule, who.identity, who.clients, snapshot.clients);
  into.client = decision.client;
  if (decision.admitted) return {};
  if (decision.reason == ErrorCode::kInsufficientScope) return Lacking(rule, snapshot, into);
  return decision.reason;
}

// A request about the gateway itself has no route: it learns what HTTP itself allows, and no more.
Status JudgeForGateway(const ClientRules& asked, const Principal& who, Judgement& into) {
  PINLATCH_TRY(CheckPresented(asked, who));
  into.allowed_methods = kAnyMethod;
  return {};
}

Status JudgeInto(const ListenerPolicy& policy, const Ask& ask, const Principal& who,
                 const ClockReading& clock, Judgement& into) {
  const ClientRules& asked = policy.names.Of(ask.is_connection ? who.server_name : ask.host);
  PINLATCH_TRY(CheckDirected(asked, policy, who));
  if (ask.path == kGateway) return JudgeForGateway(asked, who, into);
  PINLATCH_TRY(ask.is_connection ? MatchConnection(policy, who, into)
                                 : MatchRoute(policy, ask, into));
  const snapshot::RouteRule& rule = RuleOf(policy, ask, *into.route);
  Status decided = DecideWho(asked, rule, *policy.snapshot, who, into);
  if (!decided.ok() && who.identity != nullptr && !into.client) {
    const ClientSet candidates = who.index ? who.index->Candidates(*who.identity) : ClientSet();
    const ClientSets sets{rule.clients, who.clients, candidates};
    into.evidence = std::make_unique<Evidence>(
        EvidenceOf(policy.snapshot->clients, sets, *who.identity, clock));
  }
  PINLATCH_TRY(std::move(decided));
  if (ask.is_connection) return {};
  return CheckRefused(ask.fields, policy.snapshot->routes[*into.route]);
}

// UpstreamOf is the name of where a route leads, empty for one that answers by itself.
std::string_view UpstreamOf(const ListenerPolicy& policy, const Ask& ask, uint32_t route) {
  const snapshot::Snapshot& snapshot = *policy.snapshot;
  if (ask.is_connection) {
    return snapshot.upstreams[snapshot.tcp_routes[route].upstream].name;
  }
  const snapshot::ProxyTo* proxy = snapshot::ProxyOf(snapshot.routes[route].action);
  return proxy ? std::string_view(snapshot.upstreams[proxy->upstream].name) : std::string_view();
}

bool UpgradesTo(std::string_view protocol, const snapshot::Route& route) {
  const snapshot::ProxyTo* proxy = snapshot::ProxyOf(route.action);
  if (proxy == nullptr) return false;
  const std::vector<std::string>& upgrades = proxy->forwarding.upgrade;
  return std::find(upgrades.begin(), upgrades.end(), protocol) != upgrades.end();
}

// CheckHeld says whether what is under way would be led to where it is.
Status CheckHeld(const ListenerPolicy& policy, const Ask& ask, const Held& held, uint32_t route) {
  const std::string& name = RuleOf(policy, ask, route).name;
  if (name != held.route &&
      (held.upstream.empty() || UpstreamOf(policy, ask, route) != held.upstream)) {
    return Error(ErrorCode::kNoRoute, "route \"" + std::string(held.route) +
                                          "\" no longer matches, and route \"" + name +
                                          "\", which does, leads to another upstream");
  }
  if (held.upgrade.empty()) return {};
  if (UpgradesTo(held.upgrade, policy.snapshot->routes[route])) return {};
  return Error(ErrorCode::kNoRoute, "route \"" + name + "\" no longer upgrades to \"" +
                                        std::string(held.upgrade) + "\"");
}

}  // namespace

Judgement Judge(const ListenerPolicy& policy, const Ask& ask, const Principal& who,
                const ClockReading& clock) {
  Judgement judgement;
  Status judged = JudgeInto(policy, ask, who, clock, judgement);
  if (!judged.ok()) judgement.refusal = std::move(judged).error();
  return judgement;
}

Judgement JudgeAgain(const ListenerPolicy& policy, const Ask& ask, const Held& held,
                     const Principal& who, const ClockReading& clock) {
  Judgement judgement = Judge(policy, ask, who, clock);
  if (!judgement.admitted() || !judgement.route) return judgement;
  Status goes_on = CheckHeld(policy, ask, held, *judgement.route);
  if (!goes_on.ok()) judgement.refusal = std::move(goes_on).error();
  return judgement;
}

}  // namespace pinlatch::policy
