// See byte_buffer.h.
#include "base/byte_buffer.h"

#include <algorithm>

namespace pinlatch {
namespace {
constexpr size_t kSmallestCapacity = 1024;
}  // namespace

void ByteBuffer::MakeRoom(size_t count) {
  const size_t used = size();
  if (capacity_ - used >= count) {  // Enough room once the consumed front is closed up.
    std::memmove(storage_.get(), storage_.get() + begin_, used);
  } else {
    const size_t grown = std::max({kSmallestCapacity, capacity_ * 2, used + count});
    std::unique_ptr<uint8_t[]> storage(new uint8_t[grown]);
    if (used > 0) std::memcpy(storage.get(), storage_.get() + begin_, used);
    storage_ = std::move(storage);
    capacity_ = grown;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace pinlatch
