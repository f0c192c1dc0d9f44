// Owns the framing of HTTP/1.1 bodies: a strict incremental decoder and the chunk writers (RFC 9112
// sections 6 and 7). Pure bytes; payload is handed on as views into the input, never copied or
// buffered.
#pragma once

#include <array>
#include <cstdint>

#include "base/byte_buffer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "http/head.h"

namespace pinlatch::http {

// Bounds of what a chunked body may carry besides payload, in bytes.
constexpr uint32_t kMaxChunkExtension = 256;        // of one chunk
constexpr uint32_t kMaxChunkExtensions = 4 * 1024;  // of all chunks of one body
constexpr uint32_t kMaxTrailer = 8 * 1024;          // the whole trailer section

// BodyDecoder takes the framing apart. Chunk extensions and trailer fields are checked, bounded and
// dropped (RFC 9112 section 7.1.2). Content-Length and Transfer-Encoding are refused as trailer
// fields. It is a value of some 64 bytes that allocates nothing. After an error it stays in error.
class BodyDecoder {
 public:
  BodyDecoder() = default;
  static BodyDecoder None() { return BodyDecoder(Framing::kNone, 0); }
  static BodyDecoder Length(uint64_t length) { return BodyDecoder(Framing::kLength, length); }
  // Chunked is for requests: it takes white space around extensions (BWS of RFC 9112 section 7.1.1)
  // and nowhere else, and it refuses every trailer field that would change framing, routing, trust
  // or the connection (RFC 9110 section 6.5.1). Nobody sends one there in good faith.
  static BodyDecoder Chunked() { return BodyDecoder(Framing::kChunked, 0); }
  // ChunkedOfResponse drops those like any other: services do send them (Set-Cookie by a framework
  // that set it late), and a response that is whole must not be lost to what ends here anyway. Nor
  // to white space behind a chunk size, with which small devices fill up a number of fixed width.
  static BodyDecoder ChunkedOfResponse() { return BodyDecoder(Framing::kChunked, 0, false); }
  static BodyDecoder UntilClose() { return BodyDecoder(Framing::kUntilClose, 0); }

  struct Step {
    size_t consumed = 0;  // bytes of `input` that are done with, payload included
    ByteSpan payload;     // at most one contiguous piece, a view into `input`; may be empty
  };

  // Decode takes as much of `input` as yields one contiguous piece of payload (or as much framing
  // as there is). Call it until done() or until it consumes nothing. At most `max_payload` bytes of
  // payload are taken; framing that follows the piece is consumed with it, so that done() is known
  // as early as possible. Error: kMalformedBody.
  Result<Step> Decode(ByteSpan input, size_t max_payload);

  // done says that the body is complete; bytes after it belong to the next message. kUntilClose is
  // never done by itself.
  bool done() const { return done_; }
  // EndOfStream tells the decoder that the stream ended: fine for kUntilClose and when done, else
  // kMalformedBody.
  Status EndOfStream();
  Framing framing() const { return framing_; }

 private:
  // Where in the grammar of RFC 9112 section 7.1 the next byte stands.
  enum class State : uint8_t {
    kSizeFirst,
    kSize,
    kSizeSpace,
    kSizeLf,
    kExtensionNameFirst,
    kExtensionName,
    kExtensionNameSpace,
    kExtensionValueFirst,
    kExtensionToken,
    kExtensionQuoted,
    kExtensionEscape,
    kExtensionAfterQuoted,
    kExtensionSpace,
    kData,
    kDataCr,
    kDataLf,
    kTrailerLine,
    kTrailerName,
    kTrailerValue,
    kTrailerLf,
    kLastLf,
    kFailed,
  };

  BodyDecoder(Framing framing, uint64_t length, bool is_of_request = true);
  Result<Step> DecodeChunked(ByteSpan input, size_t max_payload);
  size_t TakePayload(size_t available, size_t max_payload);
  // These take one byte of framing; they return what is wrong, or nullptr.
  const char* TakeFraming(char c);
  const char* TakeSize(char c);
  const char* TakeExtension(char c);
  const char* TakeTrailer(char c);
  const char* EndSizeLine(char c, State if_space);
  const char* CountExtension();
  const char* EndTrailerName();
  Error Fail(const char* detail);

  Framing framing_ = Framing::kNone;
  State state_ = State::kSizeFirst;
  bool is_of_request_ = true;
  bool done_ = true;
  uint8_t size_digits_ = 0;
  uint8_t trailer_name_size_ = 0;
  std::array<char, 20> trailer_name_{};  // the start of it: longer names are never refused
  uint16_t chunk_extension_ = 0;
  uint32_t extensions_ = 0;
  uint32_t trailer_ = 0;
  uint64_t remaining_ = 0;  // bytes of payload still to come, of the body (kLength) or of the chunk
};

// AppendChunk appends one chunk (nothing for an empty payload: that would end the body).
void AppendChunk(ByteBuffer& out, ByteSpan payload);
// AppendLastChunk appends the chunk that ends the body, with no trailer fields.
void AppendLastChunk(ByteBuffer& out);

}  // namespace pinlatch::http
