// See exchange.h. This file: its life, and answering without an upstream.
#include "exchange/exchange.h"

#include <utility>
#include <variant>

#include "base/overloaded.h"
#include "record/problem.h"

namespace pinlatch::proxy {

Exchange::Exchange(WorkerContext& worker, DownstreamStream& stream, KnownPeer& peer)
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
  record_.started_unix_ms = LogStampNow();
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
  if (request_connects_ && !CanUpgrade(head)) {
    return Answer(
        Error(ErrorCode::kUnsupportedMethod, "the route does not upgrade to this protocol"));
  }
  if (route == nullptr) return RespondMethods();
  if (max_forwards_ == 0) return RespondLastHop();
  Act(head, *route);
}

void Exchange::Act(const http::RequestHead& head, const snapshot::Route& route) {
  std::visit(
      Overloaded{
          [&](const snapshot::ProxyTo&) { StartProxy(head, route); },
          [&](const snapshot::FixedResponse& response) { Respond(response); },
          [&](const snapshot::Liveness&) { RespondHealth(ReportLiveness(worker_, *generation_)); },
          [&](const snapshot::Readiness& readiness) {
            RespondHealth(ReportReadiness(worker_, *generation_, readiness));
          },
      },
      route.action);
}

void Exchange::Refuse(Error error) { Answer(std::move(error)); }

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

// RespondLastHop answers in place of the service what may not go on to it (RFC 9110 section 7.6.2).
// For a TRACE that should be the request itself (section 9.3.8), which would tell whoever has a
// client send one what that adds to it: the client hears that it ends here, and why.
void Exchange::RespondLastHop() {
  if (record_.method == "TRACE") {
    return Answer(
        Error(ErrorCode::kMaxForwardsReached,
              "a TRACE with Max-Forwards: 0 ends at the gateway, which does not echo requests"));
  }
  RespondMethods();
}

void Exchange::RespondMethods() {
  worker_.response_fields.assign({{"Allow", allowed_methods_}});
  record_.status = 204;
  response_begun_ = true;
  stream_.DiscardBufferedBody();
  stream_.SendHead({204, worker_.response_fields, false, {}, record_.id});
  stream_.EndBody({});
  phase_ = Phase::kFinished;
}

void Exchange::RespondHealth(const HealthReport& report) {
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
  const std::string body = ProblemBody(
      code, record_.id, record_.evidence ? record_.evidence->missing_scopes : std::string());
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
  return generation_->snapshot.upstreams[proxy_->upstream];
}
const snapshot::Listener& Exchange::listener() const {
  return generation_->snapshot.listeners[static_cast<size_t>(listener_index_)];
}

}  // namespace pinlatch::proxy
