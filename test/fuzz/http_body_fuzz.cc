// Fuzzes http::BodyDecoder::Decode, http::BodyDecoder::EndOfStream and http::AppendChunk. The first
// byte chooses the framing, the second the size of the pieces. However the bytes arrive, the body
// must be the same.
#include <algorithm>
#include <string>

#include "http/body.h"
#include "outcome.h"

namespace pinlatch::http {
namespace {

using fuzz::Outcome;
using fuzz::Require;

// Read is what was made of a body.
struct Read {
  bool ok = true;
  bool done = false;
  bool ended_well = false;
  size_t consumed = 0;
  std::string payload;
};

// Feed gives `bytes` to the decoder at most `piece` new bytes at a time, taking at most
// `max_payload` at once.
Read Feed(BodyDecoder decoder, ByteSpan bytes, size_t piece, size_t max_payload) {
  Read read;
  size_t available = 0;
  while (!decoder.done()) {
    const ByteSpan input = bytes.subspan(read.consumed, available - read.consumed);
    const Result<BodyDecoder::Step> step = decoder.Decode(input, max_payload);
    if (!step.ok()) {
      Require(step.error().code == ErrorCode::kMalformedBody);
      Require(!decoder.Decode(input, max_payload).ok() && !decoder.done());
      Require(!decoder.EndOfStream().ok());
      read.ok = false;
      return read;
    }
    Require(step->consumed <= input.size() && step->payload.size() <= step->consumed);
    Require(step->payload.size() <= max_payload);
    if (!step->payload.empty()) Require(step->payload.data() >= input.data());
    read.payload += AsText(step->payload);
    read.consumed += step->consumed;
    if (step->consumed > 0) continue;
    if (available == bytes.size()) break;
    available = std::min(bytes.size(), available + piece);
  }
  read.done = decoder.done();
  read.ended_well = decoder.EndOfStream().ok();
  return read;
}

BodyDecoder Choose(uint8_t choice) {
  switch (choice & 7) {
    case 0:
      return BodyDecoder::None();
    case 1:
      return BodyDecoder::UntilClose();
    case 2:
      return BodyDecoder::Length(choice >> 3);
    case 3:
      return BodyDecoder::ChunkedOfResponse();
    default:
      return BodyDecoder::Chunked();
  }
}

Outcome CheckPieces(const BodyDecoder& decoder, ByteSpan bytes, size_t piece) {
  const Read whole = Feed(decoder, bytes, bytes.size() + 1, bytes.size() + 1);
  const Read parts = Feed(decoder, bytes, piece, piece);
  Require(whole.ok == parts.ok && whole.done == parts.done);
  if (!whole.ok) return Outcome::Refused(ErrorCode::kMalformedBody);
  Require(whole.ended_well == parts.ended_well && whole.consumed == parts.consumed);
  Require(whole.payload == parts.payload);
  return whole.ended_well ? Outcome::Accepted() : Outcome::Incomplete();
}

void CheckRoundTrip(ByteSpan bytes, size_t piece) {
  ByteBuffer out;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    AppendChunk(out, bytes.subspan(at, std::min(piece, bytes.size() - at)));
  }
  AppendLastChunk(out);
  const Read read = Feed(BodyDecoder::Chunked(), out.readable(), piece, piece);
  Require(read.ok && read.done && read.consumed == out.size());
  Require(read.payload == AsText(bytes));
}

}  // namespace
}  // namespace pinlatch::http

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  if (input.size() < 2) return Outcome::Incomplete();
  const size_t piece = size_t{1} + (input[1] & 31);
  const ByteSpan bytes = input.subspan(2);
  http::CheckRoundTrip(bytes, piece);
  return http::CheckPieces(http::Choose(input[0]), bytes, piece);
}

std::vector<std::string_view> MustReach() {
  return {"accept", "refuse-malformed-body", "refuse-incomplete"};
}

}  // namespace pinlatch::fuzz
