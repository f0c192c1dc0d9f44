// See http1_client_codec.h.
#include "upstream/http1_client_codec.h"

#include <algorithm>

#include "forwarding/upgrade.h"

namespace pinlatch::proxy {
namespace {

constexpr http::HeadLimits kResponseLimits{64 * 1024, 200, 8 * 1024};

}  // namespace

void Http1ClientCodec::WriteHead(ByteBuffer& out, const UpstreamRequest& request) {
  is_head_ = request.is_head;
  is_chunked_ = request.is_chunked;
  body_left_ = request.content_length;
  upgrade_ = request.upgrade;
  awaits_invitation_ = request.expects_continue;
  out.Append(request.head);
}

void Http1ClientCodec::WriteBody(ByteBuffer& out, ByteSpan payload) {
  if (is_chunked_) {
    http::AppendChunk(out, payload);
  } else {
    out.Append(payload);
    body_left_ -= std::min<uint64_t>(body_left_, payload.size());
  }
}

void Http1ClientCodec::WriteEnd(ByteBuffer& out) {
  if (is_chunked_) http::AppendLastChunk(out);
  ended_ = true;
}

Result<bool> Http1ClientCodec::ReadHead(ByteBuffer& in, http::ResponseHead& into) {
  auto end = http::FindHeadEnd(in.readable(), head_scanned_, kResponseLimits);
  if (!end.ok()) {
    return Error(ErrorCode::kUpstreamMalformed, "invalid response head: " + end.error().detail);
  }
  if (*end == 0) return false;
  PINLATCH_TRY(http::ParseResponseHead(in.text().substr(0, *end), is_head_, kResponseLimits, into));
  if (into.status == 101 && (upgrade_.empty() || !AgreesToUpgrade(into, upgrade_))) {
    return Error(ErrorCode::kUpstreamMalformed, "a 101 response to a request without an upgrade");
  }
  head_scanned_ = 0;
  read_ = *end;
  if (into.is_interim() && !interim_.Takes(into.status)) {
    return Error(ErrorCode::kUpstreamMalformed, "too many interim responses");
  }
  if (into.status == 100) awaits_invitation_ = false;
  if (into.is_interim()) return true;
  return ReadFinal(in, into);
}

Result<bool> Http1ClientCodec::ReadFinal(const ByteBuffer& in, const http::ResponseHead& into) {
  head_read_ = true;
  if (into.status == 101) {
    decoder_ = http::BodyDecoder::UntilClose();
    return true;
  }
  // Without an invitation the service may leave the body unread, though all of it was sent, and
  // would take it for the next request (RFC 9110 section 10.1.1).
  keep_alive_ =
      into.keep_alive && into.framing != http::Framing::kUntilClose && !awaits_invitation_;
  ChooseDecoder(into);
  PINLATCH_TRY(CheckArrived(in.readable().subspan(read_)));
  return true;
}

// CheckArrived reads ahead in what has come of the body with its head. What is malformed there is
// found while the client can still be told.
Status Http1ClientCodec::CheckArrived(ByteSpan arrived) const {
  if (decoder_.framing() != http::Framing::kChunked) return {};
  http::BodyDecoder ahead = decoder_;
  while (!ahead.done() && !arrived.empty()) {
    auto step = ahead.Decode(arrived, arrived.size());
    if (!step.ok()) {
      return Error(ErrorCode::kUpstreamMalformed,
                   "invalid response body framing: " + step.error().detail);
    }
    if (step->consumed == 0) break;
    arrived = arrived.subspan(step->consumed);
  }
  return {};
}

void Http1ClientCodec::ChooseDecoder(const http::ResponseHead& head) {
  switch (head.framing) {
    case http::Framing::kNone:
      decoder_ = http::BodyDecoder::None();
      break;
    case http::Framing::kLength:
      decoder_ = http::BodyDecoder::Length(head.content_length);
      break;
    case http::Framing::kChunked:
      decoder_ = http::BodyDecoder::ChunkedOfResponse();
      break;
    case http::Framing::kUntilClose:
      decoder_ = http::BodyDecoder::UntilClose();
      break;
  }
}

Result<ByteSpan> Http1ClientCodec::ReadBody(ByteBuffer& in, size_t max) {
  TakeRead(in);
  while (!decoder_.done()) {
    auto step = decoder_.Decode(in.readable(), max);
    if (!step.ok()) {
      return Error(ErrorCode::kUpstreamTruncated,
                   "invalid response body framing: " + step.error().detail);
    }
    if (!step->payload.empty()) {
      read_ = step->consumed;
      return step->payload;
    }
    if (step->consumed == 0) break;
    in.Consume(step->consumed);
  }
  return ByteSpan();
}

Status Http1ClientCodec::EndOfStream() {
  if (decoder_.EndOfStream().ok()) return {};
  return Error(ErrorCode::kUpstreamTruncated, "the response ended early");
}

}  // namespace pinlatch::proxy
