// Owns the framing of HTTP/1.1 bodies: a strict incremental decoder and the chunk writers (RFC 9112 sections 6 and 7).
// Pure bytes; payload is handed on as views into the input, never copied or buffered.
#pragma once

#include <cstdint>

#include "base/byte_buffer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "http/head.h"

namespace pinlatch::http {

// BodyDecoder takes the framing apart. Chunk extensions are bounded and dropped, trailer fields are checked, bounded
// (8 KiB) and dropped.
class BodyDecoder {
 public:
  BodyDecoder() = default;
  static BodyDecoder None() { return BodyDecoder(Framing::kNone, 0); }
  static BodyDecoder Length(uint64_t length) { return BodyDecoder(Framing::kLength, length); }
  static BodyDecoder Chunked() { return BodyDecoder(Framing::kChunked, 0); }
  static BodyDecoder UntilClose() { return BodyDecoder(Framing::kUntilClose, 0); }

  struct Step {
    size_t consumed = 0;   // bytes of `input` that are done with, payload included
    ByteSpan payload;      // at most one contiguous piece, a view into `input`; may be empty
  };

  // Decode takes as much of `input` as yields one contiguous piece of payload (or as much framing as there is). Call it
  // until done() or until it consumes nothing. At most `max_payload` bytes of payload are taken. Error: kMalformedBody.
  Result<Step> Decode(ByteSpan input, size_t max_payload);

  // done says that the body is complete; bytes after it belong to the next message. kUntilClose is never done by itself.
  bool done() const { return done_; }
  // EndOfStream tells the decoder that the stream ended: fine for kUntilClose and when done, else kMalformedBody.
  Status EndOfStream();
  Framing framing() const { return framing_; }

 private:
  BodyDecoder(Framing framing, uint64_t length);
  // … states of the chunk machine: the implementer completes this.
  Framing framing_ = Framing::kNone;
  uint64_t remaining_ = 0;
  bool done_ = true;
};

// AppendChunk appends one chunk (nothing for an empty payload: that would end the body).
void AppendChunk(ByteBuffer& out, ByteSpan payload);
// AppendLastChunk appends the chunk that ends the body, with no trailer fields.
void AppendLastChunk(ByteBuffer& out);

}  // namespace pinlatch::http
