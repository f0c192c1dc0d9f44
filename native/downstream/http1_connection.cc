// See http1_connection.h.
#include "downstream/http1_connection.h"

#include <algorithm>
#include <utility>

#include "http/head.h"
#include "log/access_log.h"
#include "policy/ask.h"

namespace pinlatch::proxy {

Http1Connection::Http1Connection(DownstreamTransport& transport)
    : transport_(transport), worker_(transport.worker()), peer_(transport.peer()), stream_(*this) {
  AwaitRequest();
}

Http1Connection::~Http1Connection() {
  if (!exchange_) return;
  // Cut off, by the drain deadline for one: the log line is still owed.
  exchange_->Abandon(ErrorCode::kDraining);
  LogRequest(worker_, peer_, exchange_->record());
}

bool Http1Connection::Advance() { return exchange_ ? AdvanceExchangeOnce() : AdvanceHead(); }

bool Http1Connection::AdvanceHead() {
  auto end = FindHead();
  if (!end.ok()) {
    BeginRefusal(std::move(end).error());
    return true;
  }
  if (*end == 0) {
    if (waiting_ == Waiting::kIdle && !in().empty()) {
      Await(Waiting::kHead, listener().timeouts.head);
    }
    return FillHead();
  }
  if (transport_.MayStay()) {
    BeginExchange(*end);
  } else {
    transport_.CloseOrderly();
  }
  return true;
}

Result<size_t> Http1Connection::FindHead() {
  const ByteBuffer& received = in();
  if (received.empty()) return size_t{0};
  if (head_scanned_ == 0 && MayBeEmptyLine(received.text().front())) {
    PINLATCH_TRY(PassEmptyLine());
  }
  return http::FindHeadEnd(received.readable(), head_scanned_,
                           policy::HeadLimitsOf(listener().limits));
}

bool Http1Connection::MayBeEmptyLine(char first) const {
  return empty_line_ == EmptyLine::kBegun || (empty_line_ == EmptyLine::kNone && first == '\r');
}

// Some clients end a body with an empty line. Nothing of it stays in in(): it begins no request,
// and the connection is as idle with it as without.
Status Http1Connection::PassEmptyLine() {
  if (empty_line_ == EmptyLine::kNone) {
    in().Consume(1);
    empty_line_ = EmptyLine::kBegun;
  }
  if (in().empty()) return {};
  if (!in().text().starts_with('\n')) {
    return Error(ErrorCode::kMalformedRequest, "bare CR before the head");
  }
  in().Consume(1);
  empty_line_ = EmptyLine::kPassed;
  return {};
}

bool Http1Connection::FillHead() {
  const Transfer transfer = FillIn();
  switch (transfer.kind) {
    case Transfer::Kind::kMoved:
      return true;
    case Transfer::Kind::kWouldBlock:
      return false;
    case Transfer::Kind::kEnd:
      transport_.CloseOrderly();
      return true;
    case Transfer::Kind::kFailed:
      transport_.CloseBroken();
      return false;
  }
  return false;
}

void Http1Connection::BeginExchange(size_t head_length) {
  http::RequestHead& head = worker_.request_head;
  Status parsed = http::ParseRequestHead(in().text().substr(0, head_length),
                                         policy::HeadLimitsOf(listener().limits), head);
  if (!parsed.ok()) return BeginRefusal(std::move(parsed).error());
  Await(Waiting::kNothing, {});
  StartOver();
  // The head's views point into in(): Begin copies what it keeps, and no body is pulled before it
  // returns.
  stream_.Start(head, head_length);
  exchange_ = std::make_unique<Exchange>(worker_, stream_, peer_);
  exchange_->Begin(head);
  if (exchange_->is_admitted()) transport_.NoteAdmitted();
  // Nothing points into the head any more: without a body its memory can go.
  if (stream_.request_complete()) stream_.Finish();
}

void Http1Connection::BeginRefusal(Error error) {
  Await(Waiting::kNothing, {});
  StartOver();
  in().Clear();
  stream_.StartRefused();
  exchange_ = std::make_unique<Exchange>(worker_, stream_, peer_);
  exchange_->Refuse(std::move(error));
}

bool Http1Connection::AdvanceExchangeOnce() {
  const bool moved = exchange_->Advance();
  const size_t waiting = out().size();
  if (!stream_.aborted() && !transport_.FlushOut()) {
    exchange_->Abandon(ErrorCode::kClientClosed);
    out().Clear();
  }
  if (!exchange_->finished()) WatchForVanishedClient();
  if (exchange_->finished()) return (out().empty() || stream_.aborted()) && FinishExchange();
  WatchBodyPace();
  return moved || out().size() < waiting;
}

bool Http1Connection::FinishExchange() {
  stream_.Finish();
  LogRequest(worker_, peer_, exchange_->record());
  const bool cut = stream_.aborted() || exchange_->record().error_is(ErrorCode::kClientClosed);
  exchange_.reset();
  Await(Waiting::kNothing, {});
  if (cut) {
    transport_.CloseWithReset();
    return true;
  }
  if (!stream_.keep_alive() || read_closed_ || transport_.evicting()) {
    transport_.CloseOrderly();
    return true;
  }
  AwaitRequest();
  return true;
}

// A client that goes away while its request is being served frees the upstream at once. One that
// ended its side in an orderly way (close_notify) still gets its response.
void Http1Connection::WatchForVanishedClient() {
  if (!transport_.hangup() || read_closed_ || in().size() >= listener().limits.head_bytes) return;
  // A tunnel that its upstream does not take from reads nothing by itself.
  if (!stream_.request_complete() && !stream_.is_tunnel()) return;
  const Transfer transfer = FillIn();
  if (transfer.kind == Transfer::Kind::kEnd) read_closed_ = true;
  if (transfer.kind != Transfer::Kind::kFailed) return;
  exchange_->Abandon(ErrorCode::kClientClosed);
  out().Clear();
}

// The body timeout is looked at in windows: in each, a client that is being waited for must send at
// least what the slowest tolerated pace gives, and at least one byte. A body that waits for its
// upstream is not the client's fault.
void Http1Connection::WatchBodyPace() {
  if (!stream_.waits_for_body()) {
    if (waiting_ == Waiting::kBody) Await(Waiting::kNothing, {});
  } else if (waiting_ != Waiting::kBody) {
    window_bytes_ = 0;
    Await(Waiting::kBody, listener().timeouts.body);
  }
}

void Http1Connection::OnBodyWindow() {
  const auto seconds = static_cast<uint64_t>(listener().timeouts.body.count()) / 1000;
  const uint64_t least = std::max<uint64_t>(1, listener().limits.body_bytes_per_second * seconds);
  if (window_bytes_ < least) {
    exchange_->Fail(Error(ErrorCode::kBodyTimeout));
  } else {
    window_bytes_ = 0;
    Await(Waiting::kBody, listener().timeouts.body);
  }
}

Transfer Http1Connection::FillIn() {
  const Transfer transfer = transport_.FillIn();
  if (transfer.kind == Transfer::Kind::kMoved) window_bytes_ += transfer.count;
  return transfer;
}

// A drain may have begun since the head of the last response promised to keep the connection.
void Http1Connection::AwaitRequest() {
  const Milliseconds idle = listener().timeouts.idle;
  Await(Waiting::kIdle, draining() ? std::min(idle, kLameDuck) : idle);
}

void Http1Connection::Await(Waiting what, Duration delay) {
  waiting_ = what;
  if (what == Waiting::kNothing) {
    transport_.AwaitNothing();
  } else {
    transport_.AwaitFor(delay);
  }
}

void Http1Connection::OnReadTimer() {
  switch (std::exchange(waiting_, Waiting::kNothing)) {
    case Waiting::kIdle:
      return draining() ? transport_.CloseIdle() : transport_.CloseOrderly();
    case Waiting::kHead:
      return BeginRefusal(Error(ErrorCode::kHeadTimeout));
    case Waiting::kBody:
      return OnBodyWindow();
    case Waiting::kNothing:
      return;
  }
}

// What was buffered for a client that does not take it is given up.
void Http1Connection::OnWriteTimeout() {
  if (!exchange_) return transport_.CloseWithReset();
  exchange_->Abandon(ErrorCode::kWriteTimeout);
  stream_.Abort();
}

void Http1Connection::OnDrain() {
  if (waiting_ == Waiting::kIdle) AwaitRequest();
}

void Http1Connection::OnEvicted() {
  if (!exchange_) return transport_.CloseOrderly();
  if (exchange_->is_tunnel()) return OnGraceOver(transport_.eviction_reason());
  exchange_->RefuseWaiting(transport_.eviction_reason());
}

Status Http1Connection::MayGoOn() {
  return transport_.MayStay() ? Status() : Status(transport_.eviction_reason());
}

bool Http1Connection::OnReexamined() { return exchange_ && !exchange_->Rejudge(); }

void Http1Connection::OnGraceOver(ErrorCode reason) {
  if (!exchange_) return;
  exchange_->Abandon(reason);
  stream_.Abort();
}

}  // namespace pinlatch::proxy
