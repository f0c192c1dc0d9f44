// See frame_heads.h.
#include "http2/frame_heads.h"

#include <algorithm>

namespace pinlatch::http2 {
namespace {

constexpr size_t kHead = 9;
constexpr uint32_t kDependency = 4;
constexpr uint32_t kLengthOfPriority = 5;
constexpr uint8_t kData = 0;
constexpr uint8_t kPriority = 2;

uint32_t LengthAt(const uint8_t* at) {
  return static_cast<uint32_t>(at[0]) << 16 | static_cast<uint32_t>(at[1]) << 8 | at[2];
}

// Of a stream's number the highest bit is reserved, and counts for nothing.
int32_t StreamAt(const uint8_t* at) {
  return static_cast<int32_t>((static_cast<uint32_t>(at[0]) & 0x7f) << 24 | LengthAt(at + 1));
}

bool IsTold(uint8_t type) { return type == kData || type == kPriority; }

bool IsPriority(const uint8_t* head) {
  return head[3] == kPriority && LengthAt(head) == kLengthOfPriority;
}

}  // namespace

size_t FrameHeads::wanted() const {
  return have_ >= kHead && IsPriority(bytes_.data()) ? kHead + kDependency : kHead;
}

size_t FrameHeads::Read(ByteSpan bytes) {
  complete_ = false;
  size_t read = 0;
  while (true) {
    const size_t skipped = std::min<size_t>(payload_left_, bytes.size() - read);
    payload_left_ -= static_cast<uint32_t>(skipped);
    read += skipped;
    const size_t left = bytes.size() - read;
    if (left == 0) return read;
    // As good as always a head is whole.
    if (have_ != 0 || left < kHead + kDependency) return read + Gather(bytes.subspan(read));
    const uint8_t* head = bytes.data() + read;
    if (IsTold(head[3])) return read + Decode(head);
    payload_left_ = LengthAt(head);
    read += kHead;
  }
}

// Gather keeps the pieces of a head until it is whole.
size_t FrameHeads::Gather(ByteSpan bytes) {
  size_t read = 0;
  while (const size_t more = std::min(wanted() - have_, bytes.size() - read)) {
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(read), more, bytes_.begin() + have_);
    have_ += more;
    read += more;
  }
  if (have_ < wanted()) return read;
  have_ = 0;
  Decode(bytes_.data());
  complete_ = IsTold(head_.type);
  return read;
}

size_t FrameHeads::Decode(const uint8_t* at) {
  const bool priority = IsPriority(at);
  const uint32_t read_ahead = priority ? kDependency : 0;
  head_.length = LengthAt(at);
  head_.type = at[3];
  head_.stream = StreamAt(at + 5);
  head_.depends_on = priority ? StreamAt(at + kHead) : 0;
  payload_left_ = head_.length - read_ahead;
  complete_ = true;
  return kHead + read_ahead;
}

}  // namespace pinlatch::http2
