// See exchange.h. This file: judging a request when it comes, and again while it is under way. What
// would not be admitted now is cut: a tunnel at once, a request when its grace is over.
#include <utility>

#include "exchange/exchange.h"
#include "exchange/pin_record.h"
#include "exchange/principal.h"
#include "forwarding/max_forwards.h"
#include "forwarding/original_client.h"
#include "forwarding/via.h"
#include "policy/guarded_fields.h"

namespace pinlatch::proxy {

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
  Status read = policy::ReadAsk(head, worker_.path, worker_.host);
  if (!worker_.path.empty()) record_.path = worker_.path;
  if (!read.ok()) return read;
  http::DropFinalDot(record_.host);

  const UnixSeconds now = worker_.wall_now();
  policy::Ask ask = AskOf(worker_.host.name);
  ask.fields = head.fields.all();
  PINLATCH_TRY(Heed(policy::Judge(PolicyOf(*generation_, listener_index_), ask,
                                  PrincipalOf(peer_, *generation_, now), generation_->ClockAt(now)),
                    now));
  if (record_.route.empty()) return {};
  PINLATCH_ASSIGN(max_forwards_, MaxForwards(head));
  route = &generation_->snapshot.routes[route_index_];
  proxy_ = snapshot::ProxyOf(route->action);
  if (proxy_ != nullptr) PINLATCH_TRY(CheckLoop(head.fields));
  body_limit_ = route->body_bytes.value_or(listener().limits.body_bytes);
  if (head.framing == http::Framing::kLength && head.content_length > body_limit_) {
    return ErrorCode::kBodyTooLarge;
  }
  return {};
}

// Heed keeps what the judgement says, for what follows and for the log.
Status Exchange::Heed(policy::Judgement judgement, UnixSeconds now) {
  const snapshot::Snapshot& snapshot = generation_->snapshot;
  allowed_methods_ = judgement.allowed_methods;
  if (judgement.route) {
    route_index_ = *judgement.route;
    record_.route = snapshot.routes[route_index_].name;
  }
  if (judgement.client) record_.client = snapshot.clients[*judgement.client].name;
  if (judgement.refusal) {
    record_.evidence = std::move(judgement.evidence);
    return *std::move(judgement.refusal);
  }
  record_.admitted = true;
  judged_in_ = worker_.live_peers.epoch();
  if (judgement.client) {
    RecordPinUse(worker_, peer_, *generation_, *judgement.client, now);
  }
  return {};
}

// CheckTrailers holds the fields behind a body to what the route refuses in a head, by the rules
// that admitted the request and by those that are in force now. Whatever else would not be admitted
// now has its grace, or has had it.
Status Exchange::CheckTrailers() {
  const std::span<const http::Field> trailers = stream_.request_trailers();
  if (trailers.empty()) return {};
  PINLATCH_TRY(policy::CheckRefused(trailers, generation_->snapshot.routes[route_index_]));
  for (const http::Field& field : trailers) record_.field_names.Add(field.name);
  if (worker_.generation == generation_) return {};
  policy::Judgement judgement = JudgeAgain();
  const bool is_refused = judgement.refusal && judgement.refusal->code == ErrorCode::kFieldRefused;
  return is_refused ? Status(*std::move(judgement.refusal)) : Status();
}

const policy::ListenerPolicy& Exchange::PolicyOf(const Generation& generation, int listener) {
  return generation.listeners[static_cast<size_t>(listener)].policy;
}

// TakeNames completes the names of the client's fields by those that went on; Host is no line of
// the client's there. Most requests end before anybody asks for them.
void Exchange::TakeNames() {
  const ClientLines lines = std::exchange(client_lines_, {});
  if (lines.has_host) record_.field_names.Add("Host");
  if (lines.size != 0) {
    record_.field_names.AddLines(ClientLinesOf(request_head_.text(), lines));
  }
}

// The head is gone when this is asked again: the record has what it takes.
policy::Ask Exchange::AskOf(std::string_view host_name) const {
  return {.method = record_.method, .path = record_.path, .host = host_name};
}

// JudgeAgain judges by the rules that are in force now. How long a body may be, and what is done to
// head fields, was settled by the generation that the exchange keeps.
policy::Judgement Exchange::JudgeAgain() {
  const Generation& generation = *worker_.generation;
  const int listener = generation.ListenerIndex(peer_.listener_name);
  policy::Judgement judgement;
  http::Host& host = worker_.host;
  host.name.clear();
  Status read = record_.host.empty() ? Status() : http::ParseHost(record_.host, host);
  if (!read.ok()) {
    judgement.refusal = std::move(read).error();
    return judgement;
  }
  if (listener < 0) {
    judgement.refusal = Error(ErrorCode::kDraining, "the listener is no longer configured");
    return judgement;
  }
  TakeNames();
  const std::vector<http::Field> names = record_.field_names.AsFields();
  policy::Ask ask = AskOf(host.name);
  ask.fields = names;
  const UnixSeconds now = worker_.wall_now();
  return policy::JudgeAgain(PolicyOf(generation, listener), ask, HeldNow(),
                            PrincipalOf(peer_, generation, now), generation.ClockAt(now));
}

policy::Held Exchange::HeldNow() const {
  return {record_.route, proxy_ != nullptr ? std::string_view(upstream().name) : std::string_view(),
          request_.upgrade};
}

bool Exchange::Rejudge() {
  if (finished()) return true;
  policy::Judgement judgement = JudgeAgain();
  if (judgement.admitted()) {
    judged_in_ = worker_.live_peers.epoch();
    if (!distrusts()) grace_.reset();  // what was taken away was given back in time
    return true;
  }
  if (phase_ == Phase::kTunnel || waits()) {
    Cut(std::move(judgement));
    return false;
  }
  if (!grace_) BeginGrace();
  return true;
}

// waits: for an endpoint, for a connection, or in a connection that takes no more streams now.
bool Exchange::waits() const {
  return phase_ == Phase::kQueued || phase_ == Phase::kConnecting ||
         (phase_ == Phase::kAwaitingHead && !upstream_stream_->begun());
}

void Exchange::RefuseWaiting(ErrorCode reason) {
  if (waits()) Fail(Error(reason));
}

// Confirm is asked before anything is begun that may have waited: an attempt, the request itself, a
// tunnel. What was admitted at an earlier moment is judged once more, without waiting for its
// connection's turn to be examined, and refused if it would not be admitted now; so is what has its
// grace already.
bool Exchange::Confirm() {
  const uint64_t epoch = worker_.live_peers.epoch();
  if (judged_in_ == epoch && !grace_) return true;
  Status stays = stream_.MayGoOn();
  if (!stays.ok()) {
    Fail(std::move(stays).error());
    return false;
  }
  policy::Judgement judgement = JudgeAgain();
  if (!judgement.admitted()) {
    Cut(std::move(judgement));
    return false;
  }
  judged_in_ = epoch;
  grace_.reset();
  return true;
}

// The rules that take the access away say how long it lasts, where the listener is still there.
void Exchange::BeginGrace() {
  const Generation& generation = *worker_.generation;
  const int index = generation.ListenerIndex(peer_.listener_name);
  const snapshot::Listener& rules =
      index < 0 ? listener() : generation.snapshot.listeners[static_cast<size_t>(index)];
  io::TimerHandler& timers = *this;  // the base is private: named here, where it is accessible
  grace_ = std::make_unique<io::Timer>(timers);
  worker_.loop.timers().Arm(*grace_, rules.timeouts.eviction);
}

void Exchange::OnGraceOver() {
  grace_.reset();
  if (finished()) return;
  policy::Judgement judgement = JudgeAgain();
  if (!judgement.admitted()) {
    Cut(std::move(judgement));
  } else if (distrusts()) {
    Fail(WithUpstream(*upstream_stream_->distrust()));
  } else {
    return;
  }
  stream_.Wake();
}

// HeedDistrust does for a service that would not be accepted any more what Rejudge does for a
// client: a tunnel ends, nothing begins, and what is under way has its grace.
void Exchange::HeedDistrust() {
  if (phase_ == Phase::kConnecting) return;  // which fails by itself, and goes on elsewhere
  if (phase_ == Phase::kTunnel || waits()) return Fail(WithUpstream(*upstream_stream_->distrust()));
  if (!grace_) BeginGrace();
}

// Cut ends what is not admitted any more: with an answer where none has begun.
void Exchange::Cut(policy::Judgement judgement) {
  worker_.counters.requests_cut.Add();
  record_.cut = true;
  record_.evidence = std::move(judgement.evidence);
  allowed_methods_ = judgement.allowed_methods;
  Fail(*std::move(judgement.refusal));
}

}  // namespace pinlatch::proxy
