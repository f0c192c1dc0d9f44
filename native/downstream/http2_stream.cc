// See http2_stream.h.
#include "downstream/http2_stream.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/clock.h"
#include "base/record_payload.h"
#include "downstream/downstream_protocol.h"
#include "http/writer.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kBacklog = 2 * kRecordPayload;  // response bytes of a stream that may wait
constexpr size_t kLeastRoom = 4 * 1024;          // less than this is no room

bool HasField(std::span<const http::Field> fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [name](const http::Field& field) {
    return http::EqualsIgnoringCase(field.name, name);
  });
}

// A stream that ended before its exchange did: the client reset it, or broke the rules for bodies.
ErrorCode ReasonOf(http2::Code code) {
  return code == http2::Code::kProtocolError ? ErrorCode::kMalformedBody : ErrorCode::kStreamReset;
}

}  // namespace

void Http2Stream::Trailers::Set(std::span<const http::Field> fields) {
  bytes_.clear();
  fields_.clear();
  for (const http::Field& field : fields) bytes_.append(field.name).append(field.value);
  std::string_view rest = bytes_;
  for (const http::Field& field : fields) {
    const size_t name = field.name.size();
    fields_.push_back({rest.substr(0, name), rest.substr(name, field.value.size())});
    rest.remove_prefix(name + field.value.size());
  }
}

Http2Stream::Http2Stream(Carrier& carrier, KnownPeer& peer, int32_t id)
    : carrier_(carrier),
      id_(id),
      exchange_(carrier.worker(), *this, peer),
      body_timer_(*this),
      stall_timer_(*this) {}

Http2Stream::~Http2Stream() {
  if (!closed_) carrier_.session().Forget(id_);
  outgoing_.Clear();
  Recount();
}

void Http2Stream::Begin(const http::RequestHead& head, bool ended) {
  request_ended_ = ended;
  expect_continue_ = head.expect_continue;
  exchange_.Begin(head);
  carrier_.Due(*this);
}

void Http2Stream::Refuse(Error error, bool ended) {
  request_ended_ = ended;
  exchange_.Refuse(std::move(error));
}

bool Http2Stream::Advance() {
  waits_for_body_ = false;
  const bool moved = !exchange_.finished() && exchange_.Advance();
  WatchBodyPace();
  return moved;
}

void Http2Stream::Abandon(ErrorCode reason) {
  if (!exchange_.finished() || !answered()) exchange_.Abandon(reason);
  if (closed_) return;
  carrier_.session().Reset(id_, lingers_ ? http2::Code::kNoError : http2::Code::kCancel);
}

void Http2Stream::Evict(ErrorCode reason) {
  if (exchange_.is_tunnel()) return Abandon(reason);
  exchange_.RefuseWaiting(reason);
}

BodyPull Http2Stream::PullBody(size_t max) {
  ReturnPulled();
  if (expect_continue_ && incoming_.empty() && !request_ended_) {
    carrier_.session().Interim(id_, 100);
  }
  expect_continue_ = false;
  if (!incoming_.empty()) {
    pulled_ = std::min(incoming_.size(), max);
    return {BodyPull::Kind::kData, incoming_.readable().first(pulled_), {}};
  }
  incoming_.ReleaseIfEmpty();
  if (request_ended_) return {BodyPull::Kind::kEnd, {}, {}};
  waits_for_body_ = !awaits_invitation_;
  return {};
}

// ReturnPulled gives the client room for what the exchange has taken: the pace is the upstream's.
void Http2Stream::ReturnPulled() {
  if (pulled_ == 0) return;
  incoming_.Consume(pulled_);
  carrier_.session().Consume(id_, std::exchange(pulled_, 0));
}

void Http2Stream::DiscardBufferedBody() {
  discarding_ = true;
  pulled_ = 0;
  Withhold(incoming_.size());
  incoming_.Release();
}

// The connection's room is for all streams; this one's stays used up until the client has its
// answer, so that it stops.
void Http2Stream::Withhold(size_t count) {
  withheld_ += count;
  carrier_.session().ConsumeOfClosed(count);
}

void Http2Stream::SendHead(const OutgoingHead& head) {
  std::vector<http::Field> fields(head.fields.begin(), head.fields.end());
  if (!HasField(head.fields, "date")) fields.push_back({"date", http::DateText(UnixNow())});
  std::array<char, 20> digits;
  if (head.content_length.has_value()) {
    const auto end = std::to_chars(digits.begin(), digits.end(), *head.content_length).ptr;
    const auto size = static_cast<size_t>(end - digits.data());
    fields.push_back({"content-length", {digits.data(), size}});
  }
  fields.push_back({"x-request-id", head.request_id});
  carrier_.session().Respond(id_, head.status, fields, head.has_body && !head.is_complete);
}

void Http2Stream::SendInterim(uint16_t status, std::span<const http::Field> fields) {
  if (status == 100) awaits_invitation_ = false;
  if (closed_ || (status != 100 && interim_waiting_ > kMostBeforeInterim)) return;
  for (const http::Field& field : fields)
    interim_waiting_ += field.name.size() + field.value.size();
  carrier_.session().Interim(id_, status, fields);
}

// RFC 8441 section 5: consent is a 2xx, and Sec-WebSocket-Accept has no part in it.
uint16_t Http2Stream::StartTunnel(const OutgoingHead& head, std::string_view /*protocol*/) {
  std::vector<http::Field> fields;
  std::copy_if(head.fields.begin(), head.fields.end(), std::back_inserter(fields),
               [](const http::Field& field) {
                 return !http::EqualsIgnoringCase(field.name, "Sec-WebSocket-Accept");
               });
  SendHead({200, fields, true, std::nullopt, head.request_id});
  return 200;
}

size_t Http2Stream::BodyRoom() const {
  const size_t waiting = outgoing_.size();
  const size_t most = carrier_.MayBacklog(kBacklog) ? kBacklog : kLeastRoom;
  return waiting + kLeastRoom > most ? 0 : most - waiting;
}

void Http2Stream::SendBody(ByteSpan payload) {
  outgoing_.Append(payload);
  Recount();
  carrier_.session().Resume(id_);
  if (!stall_timer_.armed()) WatchStall();
}

void Http2Stream::EndBody(std::span<const http::Field> trailers) {
  trailers_out_.Set(trailers);
  outgoing_ended_ = true;
  carrier_.session().Resume(id_);
}

void Http2Stream::Abort() {
  if (!closed_) carrier_.session().Reset(id_, http2::Code::kInternalError);
}

void Http2Stream::Wake() {
  carrier_.Due(*this);
  carrier_.Wake();
}

// The only fields after the head of a request are its trailers.
void Http2Stream::OnFields(const http2::FieldBlock& block) {
  if (block.too_large()) {
    exchange_.Fail(Error(ErrorCode::kHeadTooLarge, "too many trailers"));
  } else {
    trailers_in_.Set(block.fields());
  }
  carrier_.Due(*this);
}

void Http2Stream::OnData(ByteSpan bytes) {
  window_bytes_ += bytes.size();
  if (discarding_ || exchange_.finished()) return Withhold(bytes.size());
  incoming_.Append(bytes);
  awaits_invitation_ = false;  // a client need not wait for one (RFC 9110 section 10.1.1)
  carrier_.Due(*this);
}

void Http2Stream::OnEnd() {
  request_ended_ = true;
  carrier_.Due(*this);
}

void Http2Stream::OnClosed(http2::Code code) {
  closed_ = true;
  body_timer_.Disarm();
  stall_timer_.Disarm();
  pulled_ = 0;
  carrier_.session().ConsumeOfClosed(incoming_.size());
  incoming_.Release();
  // What was buffered but not sent is lost to the client too.
  if (!exchange_.finished() || !outgoing_.empty()) exchange_.Abandon(ReasonOf(code));
  outgoing_.Clear();
  Recount();
  carrier_.Due(*this);
}

void Http2Stream::OnSent() {
  stall_timer_.Disarm();
  if (!request_ended_) Linger();
}

// A request that is answered before its end is not read to its end (RFC 9113 section 8.1), but a
// reset may overtake the answer on its way to who sent the request: many clients then report the
// reset alone. The window, open once more, takes the rest of most bodies; a client with more to
// send has the time to look at the answer.
void Http2Stream::Linger() {
  lingers_ = true;
  DiscardBufferedBody();
  carrier_.session().ReopenWindow(id_, std::exchange(withheld_, 0));
  carrier_.worker().loop.timers().Arm(stall_timer_, kLingerTime);
  carrier_.Due(*this);
}

void Http2Stream::OnTaken() {
  Recount();
  outgoing_.ReleaseIfEmpty();
  WatchStall();
  carrier_.Due(*this);
}

void Http2Stream::Recount() {
  const size_t waiting = outgoing_.size();
  if (waiting == counted_) return;
  carrier_.CountBacklog(static_cast<ptrdiff_t>(waiting) - static_cast<ptrdiff_t>(counted_));
  counted_ = waiting;
}

// The same windows as in HTTP/1.1 (http1_connection.cc), one for each request.
void Http2Stream::WatchBodyPace() {
  // In a tunnel the other end may be the one to speak.
  if (!waits_for_body_ || exchange_.finished() || exchange_.is_tunnel())
    return body_timer_.Disarm();
  if (body_timer_.armed()) return;
  window_bytes_ = 0;
  carrier_.worker().loop.timers().Arm(body_timer_, carrier_.listener().timeouts.body);
}

// What was refused has that time once, for all of its answer: bytes now and then renew nothing.
void Http2Stream::WatchStall() {
  if (outgoing_.empty()) return stall_timer_.Disarm();
  if (!is_admitted() && stall_timer_.armed()) return;
  carrier_.worker().loop.timers().Arm(stall_timer_, carrier_.listener().timeouts.write);
}

void Http2Stream::OnTimer(io::Timer& timer) {
  if (&timer == &body_timer_) {
    OnBodyWindow();
  } else {
    OnStall();
  }
  Wake();
}

void Http2Stream::OnBodyWindow() {
  const snapshot::Listener& listener = carrier_.listener();
  const auto seconds = static_cast<uint64_t>(listener.timeouts.body.count()) / 1000;
  const uint64_t least = std::max<uint64_t>(1, listener.limits.body_bytes_per_second * seconds);
  if (window_bytes_ < least) exchange_.Fail(Error(ErrorCode::kBodyTimeout));
}

// A client that opens no window for as long as it may leave a socket full gets no more. A slow
// socket is the connection's to watch.
void Http2Stream::OnStall() {
  if (lingers_) return carrier_.session().Reset(id_, http2::Code::kNoError);
  if (is_admitted() && !carrier_.session().window_closed(id_)) return WatchStall();
  Abandon(ErrorCode::kWriteTimeout);
}

}  // namespace pinlatch::proxy
