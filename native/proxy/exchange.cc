// See exchange.h. This file: judging a request and answering it without an upstream.
#include "proxy/exchange.h"

#include <utility>

#include "http/target.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "proxy/guarded_fields.h"
#include "proxy/health_report.h"
#include "proxy/max_forwards.h"
#include "proxy/original_client.h"
#include "proxy/pin_record.h"
#include "proxy/problem.h"
#include "proxy/upgrade.h"

namespace pinlatch::proxy {

Exchange::Exchange(WorkerContext& worker, DownstreamStream& stream, Peer& peer)
    : worker_(worker),
      stream_(stream),
      peer_(peer),
      generation_(worker.generation),
      listener_index_(generation_->ListenerIndex(peer.listener_name)),
      record_memory_(worker.records.Take()),
      record_(*record_memory_) {
  worker_.request_ids.Next(record_.id);
  record_.protocol = stream.protocol();
  record_.started = worker_.loop.now();
  record_.started_unix_ms = UnixMillisecondsNow();
  worker_.counters.requests.Add();
  worker_.counters.requests_open.Add();
}

Exchange::~Exchange() {
  worker_.records.Give(std::move(record_memory_));
  worker_.counters.requests_open.Subtract();
}

void Exchange::Begin(const http::RequestHead& head) {
  const snapshot::Route* route = nullptr;
  Status judged = Judge(head, route);
  if (!judged.ok()) return Answer(std::move(judged).error());
  // Any answer with 2xx would be consent.
  request_connects_ = !head.connect_protocol.empty();
  if (request_connects_ && UpgradeAsked(head, route->forwarding.upgrade).empty()) {
    return Answer(Error(ErrorCode::kUnsupportedMethod, "the route upgrades to no such protocol"));
  }
  if (max_forwards_ == 0) return RespondLastHop();
  if (route->upstream.has_value()) return StartProxy(head, *route);
  if (route->health.has_value()) return RespondHealth(*route->health);
  Respond(route->response);
}

void Exchange::Refuse(Error error) { Answer(std::move(error)); }

Status Exchange::Judge(const http::RequestHead& head, const snapshot::Route*& route) {
  record_.method = head.method;
  record_.host = head.host;
  record_.path = head.path;
  request_was_head_ = head.method == "HEAD";
  // A listener that a newer generation no longer has admits nothing more.
  if (listener_index_ < 0) return ErrorCode::kDraining;
  if (peer_.is_trusted_proxy) {
    record_.forwarded_for = OriginalClient(head.fields, listener().front.forwarded_from);
  }

  PINLATCH_TRY(http::CanonicalPath(head.path, worker_.path));
  record_.path = worker_.path;
  if (head.has_query && !http::ValidQuery(head.query))
    return Error(ErrorCode::kBadPath, "invalid query");
  http::Host& host = worker_.host;
  host.name.clear();
  if (!head.host.empty()) {
    PINLATCH_TRY(http::ParseHost(head.host, host));
    http::DropFinalDot(record_.host);
  }

  const auto& runtime = generation_->listeners[static_cast<size_t>(listener_index_)];
  PINLATCH_TRY(CheckDirected(runtime, host.name));
  const policy::RouteMatch match = runtime.routes.Match(host.name, record_.path, head.method);
  if (match.kind == policy::RouteMatch::Kind::kNoRoute) return ErrorCode::kNoRoute;
  allowed_methods_ = match.allow;
  if (match.kind == policy::RouteMatch::Kind::kMethodNotAllowed) {
    return ErrorCode::kMethodNotAllowed;
  }
  route = &generation_->snapshot.routes[match.route];
  record_.route = route->name;
  route_index_ = match.route;
  PINLATCH_TRY(Admit(*route));
  if (const http::Field* refused = FindRefused(head.fields, route->refused_fields)) {
    return Error(ErrorCode::kFieldRefused,
                 "\"refuseFields\" of the route has \"" + std::string(refused->name) + "\"");
  }
  PINLATCH_ASSIGN(max_forwards_, MaxForwards(head));

  body_limit_ = route->body_bytes.value_or(listener().limits.body_bytes);
  if (head.framing == http::Framing::kLength && head.content_length > body_limit_) {
    return ErrorCode::kBodyTooLarge;
  }
  return {};
}

Status Exchange::Admit(const snapshot::Route& route) {
  const UnixSeconds now = record_.started_unix_ms / 1000;
  const std::vector<snapshot::Client>& clients = generation_->snapshot.clients;
  const policy::Decision decision = policy::Decide(
      route, peer_.identity.get(), peer_.clients.Of(*generation_, peer_.identity.get(), now));
  if (decision.client.has_value()) record_.client = clients[*decision.client].name;
  if (!decision.admitted) {
    if (peer_.identity) {
      record_.findings = policy::ExplainClients(clients, route.clients, *peer_.identity, now);
    }
    return decision.reason;
  }
  if (decision.client.has_value()) {
    RecordPinUse(worker_, peer_, *generation_, *decision.client, now);
  }
  return {};
}

// A request must be for a host of which the same is asked as of the server name that the connection
// was made for: otherwise a name with weaker rules would lead to what a stricter one guards. A
// request without a host is for what the listener itself says. Both are looked up in the generation
// that decides: that the client still has what its own name asks for is seen by LivePeers before
// each request, and once more here for the case that matters most.
Status Exchange::CheckDirected(const ListenerRuntime& runtime, std::string_view host_name) const {
  const tls::TrustContext& asked = runtime.tls->ContextOf(host_name);
  const tls::TrustContext& own = runtime.tls->ContextOf(peer_.server_name);
  const bool lacks_certificate =
      !peer_.identity && asked.client_auth == snapshot::ClientAuth::kRequired;
  if (!lacks_certificate && tls::Serves(own, peer_.tls_version, asked)) return {};
  const std::string name = peer_.server_name.empty() ? "none" : "\"" + peer_.server_name + "\"";
  return Error(ErrorCode::kMisdirected,
               "the connection was made for the server name " + name +
                   ", under other trust, client authentication or TLS version than what holds for "
                   "the host");
}

void Exchange::Respond(const snapshot::FixedResponse& response) {
  std::vector<http::Field>& fields = worker_.response_fields;
  fields.clear();
  for (const auto& [name, value] : response.fields) fields.push_back({name, value});
  const bool has_body = !request_was_head_ && response.status != 204 && response.status != 304;
  record_.status = response.status;
  response_begun_ = true;
  std::optional<uint64_t> length;
  if (response.status != 204) length = response.body.size();
  stream_.DiscardBufferedBody();
  stream_.SendHead({response.status, fields, has_body, length, record_.id});
  if (has_body) {
    stream_.SendBody(AsBytes(response.body));
    record_.bytes_out = response.body.size();
  }
  stream_.EndBody({});
  phase_ = Phase::kFinished;
}

// RespondLastHop answers in place of the service what may not go on to it. For a TRACE that would
// be the request itself, fields of the client's services included: what it may be told is that it
// ends here.
void Exchange::RespondLastHop() {
  if (record_.method == "TRACE") return Answer(Error(ErrorCode::kMethodNotAllowed));
  worker_.response_fields.assign({{"Allow", allowed_methods_}});
  record_.status = 204;
  response_begun_ = true;
  stream_.DiscardBufferedBody();
  stream_.SendHead({204, worker_.response_fields, false, {}, record_.id});
  stream_.EndBody({});
  phase_ = Phase::kFinished;
}

void Exchange::RespondHealth(const snapshot::Health& health) {
  const HealthReport report = ReportHealth(worker_, *generation_, health);
  std::vector<http::Field>& fields = worker_.response_fields;
  fields.assign({{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}});
  record_.status = report.status;
  response_begun_ = true;
  stream_.DiscardBufferedBody();
  stream_.SendHead({report.status, fields, !request_was_head_, report.body.size(), record_.id});
  if (!request_was_head_) {
    stream_.SendBody(AsBytes(report.body));
    record_.bytes_out = report.body.size();
  }
  stream_.EndBody({});
  phase_ = Phase::kFinished;
}

// Answer ends the exchange with a problem response.
void Exchange::Answer(Error error) {
  LeaveUpstream();
  const ErrorCode code = error.code;
  if (SourceOf(code) == ErrorSource::kDownstream) {
    worker_.counters.requests_denied.Add();
  } else {
    worker_.counters.requests_failed.Add();
  }
  record_.error = std::move(error);
  record_.status = HttpStatusOf(code);
  response_begun_ = true;
  const std::string body = ProblemBody(code, record_.id);
  std::vector<http::Field> fields = {{"Content-Type", "application/problem+json"},
                                     {"Cache-Control", "no-store"}};
  if (code == ErrorCode::kMethodNotAllowed) fields.push_back({"Allow", allowed_methods_});
  if (code == ErrorCode::kUpstreamBusy) fields.push_back({"Retry-After", "1"});
  if (code == ErrorCode::kUpstreamUnavailable) fields.push_back({"Retry-After", "5"});
  stream_.DiscardBufferedBody();
  // A client that does not know 421 would come back with the same connection for ever.
  stream_.SendHead({record_.status, fields, !request_was_head_, body.size(), record_.id,
                    code == ErrorCode::kMisdirected || refused_upgrade()});
  if (!request_was_head_) {
    stream_.SendBody(AsBytes(body));
    record_.bytes_out = body.size();
  }
  stream_.EndBody({});
  phase_ = Phase::kFinished;
}

void Exchange::Fail(Error error) {
  if (phase_ == Phase::kFinished) return;
  if (!response_begun_ && HttpStatusOf(error.code) != 0) return Answer(std::move(error));
  LeaveUpstream();
  worker_.counters.requests_failed.Add();
  record_.error = std::move(error);
  stream_.Abort();
  phase_ = Phase::kFinished;
}

void Exchange::Abandon(ErrorCode reason) {
  LeaveUpstream();
  if (!record_.error.has_value()) {
    worker_.counters.requests_failed.Add();
    record_.error = Error(reason);
  }
  phase_ = Phase::kFinished;
}

const snapshot::Upstream& Exchange::upstream() const {
  return generation_->snapshot.upstreams[upstream_index_];
}
const snapshot::Listener& Exchange::listener() const {
  return generation_->snapshot.listeners[static_cast<size_t>(listener_index_)];
}

}  // namespace pinlatch::proxy
