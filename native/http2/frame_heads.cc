// See frame_heads.h.
#include "http2/frame_heads.h"

#include <algorithm>

namespace pinlatch::http2 {
namespace {

constexpr size_t kHead = 9;
constexpr uint32_t kDependency = 4;
constexpr uint32_t kLengthOfPriority = 5;
constexpr uint8_t kPriority = 2;

uint32_t NumberAt(const uint8_t* at, size_t size) {
  uint32_t number = 0;
  for (size_t i = 0; i < size; ++i) number = number << 8 | at[i];
  return number;
}

// Of a stream's number the highest bit is reserved, and counts for nothing.
int32_t StreamAt(const uint8_t* at) { return static_cast<int32_t>(NumberAt(at, 4) & 0x7fff'ffffU); }

}  // namespace

size_t FrameHeads::wanted() const {
  const bool priority =
      have_ >= kHead && NumberAt(bytes_.data(), 3) == kLengthOfPriority && bytes_[3] == kPriority;
  return priority ? kHead + kDependency : kHead;
}

size_t FrameHeads::Read(ByteSpan bytes) {
  complete_ = false;
  const size_t skipped = std::min<size_t>(payload_left_, bytes.size());
  payload_left_ -= static_cast<uint32_t>(skipped);
  size_t read = skipped;
  while (const size_t more = std::min(wanted() - have_, bytes.size() - read)) {
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(read), more, bytes_.begin() + have_);
    have_ += more;
    read += more;
  }
  if (have_ < wanted()) return read;
  Decode();
  return read;
}

void FrameHeads::Decode() {
  const bool priority = have_ > kHead;
  head_.length = NumberAt(bytes_.data(), 3);
  head_.type = bytes_[3];
  head_.stream = StreamAt(&bytes_[5]);
  head_.depends_on = priority ? StreamAt(&bytes_[kHead]) : 0;
  payload_left_ = head_.length - (priority ? kDependency : 0);
  have_ = 0;
  complete_ = true;
}

}  // namespace pinlatch::http2
