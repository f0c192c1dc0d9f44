// See http1_stream.h. Message framing: RFC 9112 sections 6, 7 and 9.
#include "downstream/http1_stream.h"

#include <algorithm>

#include "base/clock.h"
#include "base/record_payload.h"
#include "http/writer.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kBacklog = 2 * kRecordPayload;  // response bytes that may wait for the client
constexpr size_t kLeastRoom =
    4 * 1024;  // less than this is no room, so that chunks and records stay large

bool HasField(std::span<const http::Field> fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [name](const http::Field& field) {
    return http::EqualsIgnoringCase(field.name, name);
  });
}

}  // namespace

void Http1Stream::Start(const http::RequestHead& head, size_t head_length) {
  switch (head.framing) {
    case http::Framing::kLength:
      request_decoder_ = http::BodyDecoder::Length(head.content_length);
      break;
    case http::Framing::kChunked:
      request_decoder_ = http::BodyDecoder::Chunked();
      break;
    case http::Framing::kNone:
    case http::Framing::kUntilClose:  // does not exist for requests
      request_decoder_ = http::BodyDecoder::None();
      break;
  }
  minor_version_ = head.minor_version;
  ++requests_;
  const uint32_t most = channel_.most_requests();
  keep_alive_ = head.keep_alive && (most == 0 || requests_ < most);
  expect_continue_ = head.expect_continue && !request_decoder_.done();
  pulled_ = head_length;
  awaits_invitation_ = waits_for_body_ = aborted_ = false;
}

void Http1Stream::StartRefused() {
  request_decoder_ = http::BodyDecoder::None();
  minor_version_ = 1;
  keep_alive_ = false;
  expect_continue_ = awaits_invitation_ = waits_for_body_ = aborted_ = false;
  pulled_ = 0;
}

void Http1Stream::Finish() {
  channel_.in().Consume(pulled_);
  pulled_ = 0;
  waits_for_body_ = false;
}

BodyPull Http1Stream::PullBody(size_t max) {
  ByteBuffer& in = channel_.in();
  Finish();
  if (expect_continue_ && in.empty()) channel_.out().Append("HTTP/1.1 100 Continue\r\n\r\n");
  expect_continue_ = false;
  while (!request_decoder_.done()) {
    auto step = request_decoder_.Decode(in.readable(), max);
    if (!step.ok()) return {BodyPull::Kind::kFailed, {}, step.error().code};
    if (!step->payload.empty()) {
      pulled_ = step->consumed;
      awaits_invitation_ = false;  // a client need not wait for one (RFC 9110 section 10.1.1)
      return {BodyPull::Kind::kData, step->payload, {}};
    }
    if (step->consumed > 0) {
      in.Consume(step->consumed);
      continue;
    }
    const Transfer transfer = channel_.FillIn();
    if (transfer.kind == Transfer::Kind::kWouldBlock) {
      waits_for_body_ = !tunnel_ && !awaits_invitation_;  // the other end may be the one to speak
      return {};
    }
    if (tunnel_ && transfer.kind == Transfer::Kind::kEnd && request_decoder_.EndOfStream().ok())
      return {BodyPull::Kind::kEnd, {}, {}};
    if (transfer.kind != Transfer::Kind::kMoved)
      return {BodyPull::Kind::kFailed, {}, ErrorCode::kClientClosed};
  }
  return {BodyPull::Kind::kEnd, {}, {}};
}

void Http1Stream::DiscardBufferedBody() {
  ByteBuffer& in = channel_.in();
  Finish();
  while (!request_decoder_.done()) {
    auto step = request_decoder_.Decode(in.readable(), in.size());
    if (!step.ok() || step->consumed == 0)
      return;  // The rest is unknown: SendHead closes after the answer.
    in.Consume(step->consumed);
  }
}

void Http1Stream::SendInterim(uint16_t status, std::span<const http::Field> fields) {
  if (status == 100) awaits_invitation_ = false;
  ByteBuffer& out = channel_.out();
  if (minor_version_ == 0 || (status != 100 && out.size() > kMostBeforeInterim)) return;
  http::AppendStatusLine(out, status);
  for (const http::Field& field : fields) http::AppendGivenField(out, field.name, field.value);
  http::AppendEndOfHead(out);
}

void Http1Stream::ChooseFraming(const OutgoingHead& head) {
  if (!head.has_body) {
    response_framing_ = http::Framing::kNone;
  } else if (head.content_length.has_value()) {
    response_framing_ = http::Framing::kLength;
  } else if (minor_version_ >= 1) {
    response_framing_ = http::Framing::kChunked;
  } else {
    response_framing_ = http::Framing::kUntilClose;
  }
}

void Http1Stream::SendHead(const OutgoingHead& given) {
  OutgoingHead head = given;
  if (head.is_complete && head.has_body && !head.content_length.has_value()) {
    head.content_length = 0;  // which saves the last chunk
  }
  ChooseFraming(head);
  // A body that is still to come has no reader once the response is complete.
  keep_alive_ = keep_alive_ && !head.last_of_connection && request_decoder_.done() &&
                !channel_.draining() && response_framing_ != http::Framing::kUntilClose;
  ByteBuffer& out = channel_.out();
  http::AppendStatusLine(out, head.status);
  for (const http::Field& field : head.fields) http::AppendGivenField(out, field.name, field.value);
  AppendConnectionFields(head);
  http::AppendEndOfHead(out);
}

void Http1Stream::AppendConnectionFields(const OutgoingHead& head) {
  ByteBuffer& out = channel_.out();
  if (!HasField(head.fields, "Date")) http::AppendDate(out, UnixNow());
  if (response_framing_ == http::Framing::kChunked) {
    http::AppendField(out, "Transfer-Encoding", "chunked");
  } else if (head.content_length.has_value()) {
    http::AppendField(out, "Content-Length", *head.content_length);
  }
  if (!keep_alive_) {
    http::AppendField(out, "Connection", "close");
  } else if (minor_version_ == 0) {
    http::AppendField(out, "Connection", "keep-alive");
  }
  http::AppendField(out, "X-Request-Id", head.request_id);
}

uint16_t Http1Stream::StartTunnel(const OutgoingHead& head, std::string_view protocol) {
  tunnel_ = true;
  keep_alive_ = false;
  request_decoder_ = http::BodyDecoder::UntilClose();
  response_framing_ = http::Framing::kUntilClose;
  ByteBuffer& out = channel_.out();
  http::AppendStatusLine(out, head.status);
  for (const http::Field& field : head.fields) http::AppendGivenField(out, field.name, field.value);
  if (!HasField(head.fields, "Date")) http::AppendDate(out, UnixNow());
  http::AppendField(out, "Connection", "Upgrade");
  http::AppendField(out, "Upgrade", protocol);
  http::AppendField(out, "X-Request-Id", head.request_id);
  http::AppendEndOfHead(out);
  return head.status;
}

size_t Http1Stream::BodyRoom() const {
  const size_t waiting = channel_.out().size();
  return waiting + kLeastRoom > kBacklog ? 0 : kBacklog - waiting;
}

void Http1Stream::SendBody(ByteSpan payload) {
  if (response_framing_ == http::Framing::kChunked) {
    http::AppendChunk(channel_.out(), payload);
  } else {
    channel_.out().Append(payload);
  }
}

// Trailers are dropped: few clients of HTTP/1.1 read them, and a sender needs to know which do (RFC
// 9110 section 6.5.1).
void Http1Stream::EndBody(std::span<const http::Field>) {
  if (response_framing_ == http::Framing::kChunked) http::AppendLastChunk(channel_.out());
}

}  // namespace pinlatch::proxy
