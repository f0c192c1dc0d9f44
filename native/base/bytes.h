// Owns the words for raw bytes: spans, conversions to text, and the result of one non-blocking
// transfer. Touches no socket: io/ and tls/ both answer with a Transfer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pinlatch {

using ByteSpan = std::span<const uint8_t>;
using MutableByteSpan = std::span<uint8_t>;

inline ByteSpan AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view AsText(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Transfer is the outcome of one non-blocking read or write.
struct Transfer {
  enum class Kind : uint8_t {
    kMoved,       // `count` bytes (at least 1) were read or written
    kWouldBlock,  // nothing moved; wait for readiness
    kEnd,         // read: the peer ended its stream in an orderly way
    kFailed,  // the connection is broken; `system_error` is the errno, or 0 for a protocol error
  };
  Kind kind = Kind::kWouldBlock;
  size_t count = 0;
  int system_error = 0;

  static Transfer Moved(size_t count) { return {Kind::kMoved, count, 0}; }
  static Transfer WouldBlock() { return {Kind::kWouldBlock, 0, 0}; }
  static Transfer End() { return {Kind::kEnd, 0, 0}; }
  static Transfer Failed(int system_error) { return {Kind::kFailed, 0, system_error}; }
};

// ByteStream is a non-blocking, ordered stream of bytes with one owner. Sockets implement it for
// tls/, which must not know sockets.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Read moves at most `into.size()` bytes.
  virtual Transfer Read(MutableByteSpan into) = 0;
  // Write moves at most `from.size()` bytes; it may move fewer.
  virtual Transfer Write(ByteSpan from) = 0;
};

}  // namespace pinlatch
