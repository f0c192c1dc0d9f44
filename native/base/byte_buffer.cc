// See byte_buffer.h.
#include "base/byte_buffer.h"

#include <algorithm>

#include "base/page_blocks.h"

namespace pinlatch {
namespace {

// CapacityFor is what is allocated for `count` bytes: a page block where one is large enough.
size_t CapacityFor(size_t count) {
  if (count <= PageBlocks::kSmall) return PageBlocks::kSmall;
  if (count <= PageBlocks::kLarge) return PageBlocks::kLarge;
  return count;
}

bool IsBlock(size_t capacity) {
  return capacity == PageBlocks::kSmall || capacity == PageBlocks::kLarge;
}

}  // namespace

void ByteBuffer::Release() {
  if (IsBlock(capacity_)) {
    PageBlocks::Give(storage_, capacity_);
  } else {
    delete[] storage_;
  }
  storage_ = nullptr;
  capacity_ = begin_ = end_ = 0;
}

void ByteBuffer::MakeRoom(size_t count) {
  const size_t used = size();
  if (capacity_ - used >= count) {  // Enough room once the consumed front is closed up.
    std::memmove(storage_, storage_ + begin_, used);
  } else {
    const size_t doubled = capacity_ > PageBlocks::kLarge / 2 ? capacity_ * 2 : 0;
    const size_t grown = CapacityFor(std::max(doubled, used + count));
    uint8_t* storage = IsBlock(grown) ? PageBlocks::Take(grown) : new uint8_t[grown];
    if (used > 0) std::memcpy(storage, storage_ + begin_, used);
    Release();
    storage_ = storage;
    capacity_ = grown;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace pinlatch
