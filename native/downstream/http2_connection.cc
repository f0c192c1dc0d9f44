// See http2_connection.h.
#include "downstream/http2_connection.h"

#include <algorithm>
#include <utility>

#include "base/record_payload.h"
#include "http/request_fields.h"
#include "log/access_log.h"
#include "log/security_log.h"
#include "policy/ask.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kOutBacklog = 2 * kRecordPayload;  // frames that wait for the socket
// Frames other than DATA that may wait: beyond it nothing more is read that could add to them.
constexpr size_t kMostWaitingFrames = 300;
constexpr size_t kSessionBacklog = 512 * 1024;  // response bytes of all streams

http2::Options OptionsOf(const snapshot::Limits& limits) {
  http2::Options options;
  options.max_streams = limits.streams;
  // Four pseudo-fields come on top of what a head may have.
  options.block = {limits.head_bytes, limits.head_fields + 4};
  return options;
}

}  // namespace

Result<std::unique_ptr<DownstreamProtocol>> Http2Connection::Create(
    DownstreamTransport& transport) {
  std::unique_ptr<Http2Connection> connection(new Http2Connection(transport));
  http2::SessionUser& user = *connection;
  PINLATCH_ASSIGN(connection->session_,
                  http2::Session::Create(http2::Session::Role::kServer,
                                         OptionsOf(transport.listener().limits), user));
  if (transport.draining()) connection->BeginShutdown();
  return std::unique_ptr<DownstreamProtocol>(std::move(connection));
}

Http2Connection::Http2Connection(DownstreamTransport& transport)
    : transport_(transport),
      worker_(transport.worker()),
      peer_(transport.peer()),
      shutdown_timer_(*this) {
  transport_.AwaitFor(listener().timeouts.head);
}

Http2Connection::~Http2Connection() {
  AbandonAll(ErrorCode::kDraining);  // cut off, by the drain deadline for one
}

bool Http2Connection::Advance() {
  bool moved = Receive();
  if (!ended_) moved |= AdvanceStreams();
  if (!ended_) moved |= Send();
  if (!ended_) CheckSession();
  if (!ended_) ChooseTimer();
  return moved || ended_ || !due_.empty();
}

bool Http2Connection::Receive() {
  if (session_->failure().has_value() || session_->waiting_frames() > kMostWaitingFrames) {
    return false;
  }
  const Transfer transfer = transport_.FillIn();
  switch (transfer.kind) {
    case Transfer::Kind::kMoved:
      // A failure is kept in the session, for CheckSession.
      (void)session_->Receive(transport_.in().readable(), worker_.loop.now());
      transport_.in().Clear();
      return true;
    case Transfer::Kind::kWouldBlock:
      return false;
    case Transfer::Kind::kEnd:
      End(ErrorCode::kClientClosed);
      transport_.CloseOrderly();
      return true;
    case Transfer::Kind::kFailed:
      End(ErrorCode::kClientClosed);
      transport_.CloseBroken();
      return true;
  }
  return false;
}

// AdvanceStreams gives each stream that something has happened to one turn.
bool Http2Connection::AdvanceStreams() {
  std::swap(due_, turn_);
  for (Http2Stream* stream : turn_) stream->due = false;
  bool moved = false;
  for (Http2Stream* stream : turn_) {
    if (!stream->Advance()) continue;
    moved = true;
    Due(*stream);
  }
  turn_.clear();
  return moved;
}

bool Http2Connection::Send() {
  ByteBuffer& out = transport_.out();
  bool moved = false;
  do {
    session_->Send(out, kOutBacklog);
    const size_t waiting = out.size();
    if (!transport_.FlushOut()) {
      End(ErrorCode::kClientClosed);
      transport_.CloseBroken();
      return true;
    }
    moved |= out.size() < waiting;
  } while (out.empty() && session_->wants_to_send());
  return moved;
}

// CheckSession logs what is over, and ends the connection when all of it is.
void Http2Connection::CheckSession() {
  if (session_->failure().has_value()) {
    if (!std::exchange(failure_logged_, true)) LogFailure(*session_->failure());
    AbandonAll(session_->failure()->code);
  }
  Reap();
  owes_rest_ &= !transport_.out().empty();
  const bool over = streams_.empty() && session_->over() && transport_.out().empty();
  if (!over) return;  // if it waits for the socket, the write timeout watches
  End(ErrorCode::kDraining);
  transport_.CloseOrderly();
}

void Http2Connection::Reap() {
  for (size_t i = 0; i < streams_.size();) {
    Http2Stream& stream = *streams_[i];
    if (stream.answered()) {
      owes_rest_ |= stream.is_admitted() && !stream.logged;
      Log(stream);
    }
    if (!stream.over()) {
      ++i;
      continue;
    }
    std::erase(due_, &stream);
    std::swap(streams_[i], streams_.back());
    streams_.pop_back();
  }
}

void Http2Connection::Log(Http2Stream& stream) {
  if (!std::exchange(stream.logged, true)) LogRequest(worker_, peer_, stream.record());
}

void Http2Connection::AbandonAll(ErrorCode reason) {
  for (const auto& stream : streams_) {
    stream->Abandon(reason);
    Log(*stream);
  }
  due_.clear();
  streams_.clear();
}

void Http2Connection::End(ErrorCode reason) {
  AbandonAll(reason);
  shutdown_timer_.Disarm();
  ended_ = true;
}

void Http2Connection::LogFailure(const Error& error) {
  LogTlsFailure(worker_, peer_, {"connection-broken", error, -1, -1, peer_.identity.get()});
}

http2::StreamUser* Http2Connection::OnRequest(int32_t stream, const http2::FieldBlock& block,
                                              bool ended) {
  Await(Waiting::kNothing, {});
  if (!transport_.MayStay()) {
    session_->Reset(stream, http2::Code::kRefusedStream);
    OnEvicted();
    return nullptr;
  }
  // Clients ask again elsewhere for what comes after the last.
  const uint32_t most = listener().limits.requests_per_connection;
  if (++requests_ == most) session_->GoAway(http2::Code::kNoError);
  Carrier& carrier = *this;  // a private base: named here, where it is accessible
  streams_.push_back(std::make_unique<Http2Stream>(carrier, peer_, stream));
  Http2Stream& opened = *streams_.back();
  if (block.too_large()) {
    opened.Refuse(Error(ErrorCode::kHeadTooLarge, "the fields of the request are too large"),
                  ended);
    return &opened;
  }
  http::RequestHead& head = worker_.request_head;
  Status parsed = http::ParseRequestFields(
      block.fields(), ended, policy::HeadLimitsOf(listener().limits), worker_.cookies, head);
  if (parsed.ok()) {
    opened.Begin(head, ended);
    if (opened.is_admitted()) transport_.NoteAdmitted();
  } else {
    opened.Refuse(std::move(parsed).error(), ended);
  }
  return &opened;
}

// A request that is none has no exchange, but its line in the log.
void Http2Connection::OnMalformed(int32_t, http2::StreamUser* user, const http2::FieldBlock& block,
                                  std::string_view why) {
  if (user != nullptr) return;  // its stream ends with PROTOCOL_ERROR, and is logged then
  std::unique_ptr<RequestRecord> record = worker_.records.Take();
  worker_.request_ids.Next(record->id);
  record->started = worker_.loop.now();
  record->started_unix_ms = LogStampNow();
  record->protocol = "HTTP/2.0";
  const auto text = [&block](std::string_view name) {
    const http::Field* field = block.Pseudo(name);
    return field == nullptr ? std::string_view() : field->value;
  };
  record->method = text(":method");
  record->host = text(":authority");
  record->path = text(":path");
  record->error = Error(ErrorCode::kMalformedRequest, std::string(why));
  worker_.counters.requests.Add();
  worker_.counters.requests_denied.Add();
  LogRequest(worker_, peer_, *record);
  worker_.records.Give(std::move(record));
}

bool Http2Connection::MayBacklog(size_t bytes) const { return backlog_ + bytes <= kSessionBacklog; }

void Http2Connection::CountBacklog(ptrdiff_t change) {
  backlog_ = static_cast<size_t>(static_cast<ptrdiff_t>(backlog_) + change);
}

Status Http2Connection::MayGoOn() {
  return transport_.MayStay() ? Status() : Status(transport_.eviction_reason());
}

void Http2Connection::Due(Http2Stream& stream) {
  if (std::exchange(stream.due, true)) return;
  due_.push_back(&stream);
}

// ChooseTimer: a connection owes its settings' acknowledgement, then the rest of a header block
// that has begun, and may be idle for a while. Bodies are watched stream by stream.
void Http2Connection::ChooseTimer() {
  if (waiting_ == Waiting::kSettings && !session_->settings_acknowledged()) return;
  Waiting wanted = Waiting::kNothing;
  if (session_->reading_block()) {
    wanted = Waiting::kBlock;
  } else if (streams_.empty()) {
    wanted = Waiting::kIdle;
  }
  if (wanted == waiting_) return;
  Await(wanted, wanted == Waiting::kIdle ? listener().timeouts.idle : listener().timeouts.head);
}

void Http2Connection::Await(Waiting what, Duration delay) {
  if (waiting_ == Waiting::kSettings && !session_->settings_acknowledged()) return;
  waiting_ = what;
  if (what == Waiting::kNothing) {
    transport_.AwaitNothing();
  } else {
    transport_.AwaitFor(delay);
  }
}

void Http2Connection::OnReadTimer() {
  switch (std::exchange(waiting_, Waiting::kNothing)) {
    case Waiting::kSettings:
      return session_->GiveUp(
          http2::Code::kSettingsTimeout,
          Error(ErrorCode::kHttp2Protocol, "the client did not acknowledge the settings in time"));
    case Waiting::kBlock:
      return session_->GiveUp(http2::Code::kProtocolError, Error(ErrorCode::kHeadTimeout));
    case Waiting::kIdle:
      return session_->GoAway(http2::Code::kNoError);
    case Waiting::kNothing:
      return;
  }
}

void Http2Connection::OnWriteTimeout() {
  End(ErrorCode::kWriteTimeout);
  transport_.CloseWithReset();
}

void Http2Connection::OnDrain() {
  BeginShutdown();
  transport_.WakeSoon();
}

// The client is told twice: that it should open no more streams, and, once those on their way have
// come, which was the last.
void Http2Connection::BeginShutdown() {
  if (std::exchange(shutting_down_, true)) return;
  session_->AnnounceShutdown();
  worker_.loop.timers().Arm(shutdown_timer_, kLameDuck);
}

void Http2Connection::OnTimer(io::Timer&) {
  session_->GoAway(http2::Code::kNoError);
  transport_.Wake();
}

void Http2Connection::OnEvicted() {
  for (const auto& stream : streams_) stream->Evict(transport_.eviction_reason());
  shutting_down_ = true;
  shutdown_timer_.Disarm();
  session_->GoAway(http2::Code::kNoError);
}

bool Http2Connection::OnReexamined() {
  bool cut = false;
  for (const auto& stream : streams_) cut |= !stream->Rejudge();
  return cut;
}

void Http2Connection::OnGraceOver(ErrorCode reason) {
  AbandonAll(reason);
  if (transport_.out().empty()) return;  // the resets can be sent, and then the end
  End(reason);
  transport_.CloseWithReset();
}

void Http2Connection::Rest() { session_->Rest(); }

}  // namespace pinlatch::proxy
