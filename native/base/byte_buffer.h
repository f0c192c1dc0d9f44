// Owns ByteBuffer, the one growable byte queue of the data plane: bytes are appended at the end and
// consumed at the front. Lives on one thread.
#pragma once

#include <cstring>
#include <string_view>
#include <utility>

#include "base/bytes.h"

namespace pinlatch {

// ByteBuffer holds its readable bytes contiguously, so that parsers can point into it. Any call
// that is not const may move them. It holds no memory until used, and Release() gives everything
// back; up to 20 KiB come from PageBlocks, more from the heap.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ByteBuffer(ByteBuffer&& other) noexcept { *this = std::move(other); }
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    Release();
    storage_ = std::exchange(other.storage_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
    return *this;
  }

  ~ByteBuffer() { Release(); }

  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  size_t capacity() const { return capacity_; }
  ByteSpan readable() const { return {storage_ + begin_, size()}; }
  std::string_view text() const { return AsText(readable()); }

  // Consume drops `count` bytes (at most size()) from the front.
  void Consume(size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Reserve returns at least `count` writable bytes behind the readable ones; Commit(n) makes the
  // first n readable.
  MutableByteSpan Reserve(size_t count) {
    if (capacity_ - end_ < count) MakeRoom(count);
    return {storage_ + end_, capacity_ - end_};
  }
  void Commit(size_t count) { end_ += count; }

  void Append(ByteSpan bytes) {
    if (bytes.empty()) return;
    MutableByteSpan room = Reserve(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    Commit(bytes.size());
  }
  void Append(std::string_view bytes) { Append(AsBytes(bytes)); }
  void Append(char byte) { Append(std::string_view(&byte, 1)); }

  void Clear() { begin_ = end_ = 0; }
  // Release gives the storage back; the readable bytes are lost.
  void Release();
  // ReleaseIfEmpty gives it back unless there are readable bytes.
  void ReleaseIfEmpty() {
    if (capacity_ > 0 && empty()) Release();
  }

 private:
  void MakeRoom(size_t count);

  uint8_t* storage_ = nullptr;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace pinlatch
