// Fuzzes http::BodyDecoder::Decode, http::BodyDecoder::EndOfStream and http::AppendChunk. The first
// byte chooses the framing, the second the size of the pieces. However the bytes arrive, the body
// must be the same.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "http/body.h"

namespace pinlatch::http {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  bool ok = true;
  bool done = false;
  bool ended_well = false;
  size_t consumed = 0;
  std::string payload;
};

// Feed gives `bytes` to the decoder at most `piece` new bytes at a time, taking at most
// `max_payload` at once.
Outcome Feed(BodyDecoder decoder, ByteSpan bytes, size_t piece, size_t max_payload) {
  Outcome outcome;
  size_t available = 0;
  while (!decoder.done()) {
    const ByteSpan input = bytes.subspan(outcome.consumed, available - outcome.consumed);
    const Result<BodyDecoder::Step> step = decoder.Decode(input, max_payload);
    if (!step.ok()) {
      Require(step.error().code == ErrorCode::kMalformedBody);
      Require(!decoder.Decode(input, max_payload).ok() && !decoder.done());
      Require(!decoder.EndOfStream().ok());
      outcome.ok = false;
      return outcome;
    }
    Require(step->consumed <= input.size() && step->payload.size() <= step->consumed);
    Require(step->payload.size() <= max_payload);
    if (!step->payload.empty()) Require(step->payload.data() >= input.data());
    outcome.payload += AsText(step->payload);
    outcome.consumed += step->consumed;
    if (step->consumed > 0) continue;
    if (available == bytes.size()) break;
    available = std::min(bytes.size(), available + piece);
  }
  outcome.done = decoder.done();
  outcome.ended_well = decoder.EndOfStream().ok();
  return outcome;
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

void CheckPieces(const BodyDecoder& decoder, ByteSpan bytes, size_t piece) {
  const Outcome whole = Feed(decoder, bytes, bytes.size() + 1, bytes.size() + 1);
  const Outcome parts = Feed(decoder, bytes, piece, piece);
  Require(whole.ok == parts.ok && whole.done == parts.done);
  if (!whole.ok) return;
  Require(whole.ended_well == parts.ended_well && whole.consumed == parts.consumed);
  Require(whole.payload == parts.payload);
}

void CheckRoundTrip(ByteSpan bytes, size_t piece) {
  ByteBuffer out;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    AppendChunk(out, bytes.subspan(at, std::min(piece, bytes.size() - at)));
  }
  AppendLastChunk(out);
  const Outcome read = Feed(BodyDecoder::Chunked(), out.readable(), piece, piece);
  Require(read.ok && read.done && read.consumed == out.size());
  Require(read.payload == AsText(bytes));
}

}  // namespace
}  // namespace pinlatch::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinlatch;
  if (size < 2) return 0;
  const size_t piece = size_t{1} + (data[1] & 31);
  const ByteSpan bytes(data + 2, size - 2);
  http::CheckPieces(http::Choose(data[0]), bytes, piece);
  http::CheckRoundTrip(bytes, piece);
  return 0;
}
