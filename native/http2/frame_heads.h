// Owns FrameHeads: where frames begin in the bytes of a connection, and what the heads of DATA and
// PRIORITY say (RFC 9113 section 4.1). Pure; lives on one thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace pinlatch::http2 {

// FrameHead is the head of one frame.
struct FrameHead {
  uint32_t length = 0;  // of the payload, in bytes
  uint8_t type = 0;
  int32_t stream = 0;
  // Of a PRIORITY of the right length, the stream that it depends on (RFC 9113 section 6.3).
  int32_t depends_on = 0;
};

// FrameHeads reads heads and skips payloads and frames of other types, whatever pieces the bytes
// come in.
class FrameHeads {
 public:
  // `preface` is how many bytes precede the first frame.
  explicit FrameHeads(uint32_t preface) : payload_left_(preface) {}

  // Read returns how many of `bytes` it has read: through the end of the next head of DATA or
  // PRIORITY, of which `complete` tells, or up to all of them.
  size_t Read(ByteSpan bytes);
  // complete says that Read stopped behind a head, which is head().
  bool complete() const { return complete_; }
  const FrameHead& head() const { return head_; }

 private:
  // Decode reads a head, behind which is as much as it wants, and returns how many bytes it took.
  size_t Decode(const uint8_t* at);
  size_t Gather(ByteSpan bytes);
  size_t wanted() const;

  std::array<uint8_t, 13> bytes_{};  // a head, and the first field of a PRIORITY
  size_t have_ = 0;
  uint32_t payload_left_;
  FrameHead head_;
  bool complete_ = false;
};

}  // namespace pinlatch::http2
