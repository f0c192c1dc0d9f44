// See exchange.h. This file: moving bytes both ways with back-pressure. Every step says whether it
// moved something, so that Advance ends when nothing does.
#include <algorithm>
#include <string>
#include <utility>

#include "exchange/exchange.h"
#include "forwarding/forwarded_head.h"
#include "forwarding/forwarded_trailers.h"

namespace pinlatch::proxy {
namespace {

constexpr int kRounds = 8;        // then other connections get their turn
constexpr int kMostWaiting = 10;  // times the response timeout, for a service that says 102

}  // namespace

bool Exchange::Advance() {
  int round = 0;
  while (round < kRounds && !finished()) {
    if (!Step()) break;
    ++round;
  }
  return round > 0;
}

bool Exchange::Step() {
  if (distrusts()) HeedDistrust();
  if (finished()) return true;
  if (phase_ == Phase::kQueued) return FinishQueueing();
  if (phase_ == Phase::kConnecting) return FinishConnecting();
  return phase_ == Phase::kTunnel ? RelayTunnel() : Relay();
}

bool Exchange::Relay() {
  const bool sent = SendRequest();
  return (!finished() && ReceiveResponse()) || sent;
}

bool Exchange::SendRequest() {
  if (request_sent_) return false;
  bool moved = PullRequest();
  if (moved && request_pulled_) EndRequestBody();
  if (!finished()) moved |= FlushUpstream();
  return moved;
}

// PullRequest passes on what has come of the body, or of a tunnel, as far as the upstream has
// room. The end, which request_pulled_ tells, is for the caller to pass on.
bool Exchange::PullRequest() {
  bool moved = false;
  while (!request_pulled_) {
    const size_t room = upstream_stream_->BodyRoom();
    if (room == 0) break;
    const BodyPull pull = stream_.PullBody(room);
    if (pull.kind == BodyPull::Kind::kBlocked) break;
    moved = true;
    if (pull.kind == BodyPull::Kind::kFailed) {
      Fail(Error(pull.error));
      return true;
    }
    if (pull.kind == BodyPull::Kind::kEnd) {
      request_pulled_ = true;
      break;
    }
    awaits_invitation_ = false;
    record_.bytes_in += pull.payload.size();
    if (record_.bytes_in > body_limit_) {
      Fail(Error(ErrorCode::kBodyTooLarge));
      return true;
    }
    upstream_stream_->SendBody(pull.payload);
  }
  return moved;
}

void Exchange::EndRequestBody() {
  // A service that gets no end of the request has not got the request.
  Status judged = CheckTrailers();
  if (!judged.ok()) return Fail(std::move(judged).error());
  SelectForwardedTrailers(stream_.request_trailers(),
                          {generation_->identity_names, generation_->guarded_names,
                           generation_->edits[route_index_].request.dropped},
                          request_trailers_);
  upstream_stream_->EndBody(request_trailers_);
  ArmUpstreamTimer();
}

bool Exchange::FlushUpstream() {
  const Progress progress = upstream_stream_->Flush();
  if (progress == Progress::kFailed) {
    // The upstream may have answered early and closed: what it sent is read before it counts as
    // lost.
    request_sent_ = true;
    return true;
  }
  if (progress == Progress::kMoved) ArmUpstreamTimer();
  if (request_pulled_ && upstream_stream_->drained()) request_sent_ = true;
  return progress == Progress::kMoved;
}

bool Exchange::ReceiveResponse() { return response_begun_ ? RelayBody() : ReceiveHead(); }

bool Exchange::ReceiveHead() {
  http::ResponseHead& head = worker_.response_head;
  const Progress progress = upstream_stream_->ReceiveHead(head);
  if (progress == Progress::kBlocked) return false;
  if (progress == Progress::kFailed) return UpstreamLost();
  if (head.is_interim()) {
    RelayInterim(head);
  } else if (head.status == 101) {
    if (Confirm()) StartTunnel(head);                   // which has no grace
  } else if (request_connects_ && head.status < 300) {  // which the client would take for consent
    Answer(Error(ErrorCode::kUpstreamMalformed, record_.upstream + " answered " +
                                                    std::to_string(head.status) +
                                                    " to a request to upgrade"));
  } else {
    RelayHead(head);
  }
  return true;
}

// RelayInterim passes an interim response on (RFC 9110 section 15.2), except one that answers an
// expectation which the gateway has met itself.
void Exchange::RelayInterim(const http::ResponseHead& head) {
  if (head.status == 102) Prolong();
  if (head.status == 100 && !request_.expects_continue) return;
  if (head.status == 100) awaits_invitation_ = false;
  SelectInterimFields(head, generation_->edits[route_index_].response, worker_.response_fields);
  stream_.SendInterim(head.status, worker_.response_fields);
}

// Prolong gives a service that has all of the request, and says that it works on it, its response
// timeout once more.
void Exchange::Prolong() {
  if (!request_pulled_) return;
  const Milliseconds timeout = upstream().response_timeout;
  const MonotonicTime now = worker_.loop.now();
  if (!latest_answer_) latest_answer_ = now + kMostWaiting * timeout;
  const Duration left = std::max(Duration::zero(), *latest_answer_ - now);
  worker_.loop.timers().Arm(upstream_timer_, std::min<Duration>(timeout, left));
}

void Exchange::RelayHead(const http::ResponseHead& head) {
  choice_.Answered(head.status);
  const bool has_body = !request_was_head_ && head.status != 204 && head.status != 304;
  OutgoingHead outgoing{head.status, {}, has_body, std::nullopt, record_.id, refused_upgrade()};
  if (head.has_content_length) outgoing.content_length = head.content_length;
  outgoing.is_complete =
      upstream_stream_->complete() && upstream_stream_->response_trailers().empty();
  SelectForwardedFields(head, generation_->edits[route_index_].response, worker_.response_fields);
  outgoing.fields = worker_.response_fields;
  stream_.SendHead(outgoing);

  record_.status = head.status;
  response_begun_ = true;
  phase_ = Phase::kRelaying;
  if (upstream_stream_->complete()) FinishResponse();
}

bool Exchange::RelayBody() {
  bool moved = false;
  while (!upstream_stream_->complete()) {
    const size_t room = stream_.BodyRoom();
    if (room == 0) return RelayBlocked(moved);
    const UpstreamPull pull = upstream_stream_->PullBody(room);
    if (pull.kind == UpstreamPull::Kind::kBlocked) return RelayBlocked(moved);
    moved = true;
    if (pull.kind == UpstreamPull::Kind::kEnd) break;
    if (pull.kind == UpstreamPull::Kind::kFailed) {
      BreakOff(WithUpstream(upstream_stream_->error()));
      return true;
    }
    stream_.SendBody(pull.payload);
    record_.bytes_out += pull.payload.size();
    ArmUpstreamTimer();
  }
  FinishResponse();
  return true;
}

// RelayBlocked comes where a response has to wait for more of itself, or for the client. Most have
// ended by then.
bool Exchange::RelayBlocked(bool moved) {
  LetGoOfHead();
  return moved;
}

// LetGoOfHead gives back what a request that outlives the head of its answer needs no more.
void Exchange::LetGoOfHead() {
  if (request_head_.empty()) return;
  TakeNames();
  request_head_.Release();
}

// BreakOff is for a response of which the rest does not come.
void Exchange::BreakOff(Error why) {
  if (phase_ == Phase::kRelaying) choice_.Broke(why);
  Fail(std::move(why));
}

void Exchange::FinishResponse() {
  choice_.Completed();
  SelectForwardedTrailers(upstream_stream_->response_trailers(),
                          {generation_->identity_names, generation_->guarded_names,
                           generation_->edits[route_index_].response.dropped},
                          worker_.response_fields);
  stream_.EndBody(worker_.response_fields);
  upstream_stream_->Finish(upstream().keep_alive, upstream().max_idle);
  LeaveUpstream();
  request_head_.Release();
  phase_ = Phase::kFinished;
}

void Exchange::ArmUpstreamTimer() {
  if (phase_ == Phase::kTunnel) return ArmTunnelTimer();
  const bool awaiting = phase_ == Phase::kAwaitingHead && (request_pulled_ || awaits_invitation_);
  worker_.loop.timers().Arm(upstream_timer_,
                            awaiting ? upstream().response_timeout : upstream().idle_timeout);
}

}  // namespace pinlatch::proxy
