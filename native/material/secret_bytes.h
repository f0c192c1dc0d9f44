// Owns bytes that are wiped: what private keys are read into, and decoded into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/bytes.h"

namespace pinlatch::material {

// SecretBytes owns bytes that are wiped when it goes. It never grows, so no copy is left behind.
class SecretBytes {
 public:
  explicit SecretBytes(size_t size) : bytes_(std::make_unique<uint8_t[]>(size)), size_(size) {}
  ~SecretBytes() { Wipe(); }
  SecretBytes(SecretBytes&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    Wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  uint8_t* data() { return bytes_.get(); }
  const uint8_t* data() const { return bytes_.get(); }
  size_t size() const { return size_; }
  ByteSpan span() const { return {bytes_.get(), size_}; }
  MutableByteSpan room() { return {bytes_.get(), size_}; }
  // Shorten keeps the first `size` bytes; the rest is wiped with them.
  void Shorten(size_t size);
  void Wipe();

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  size_t size_ = 0;
};

}  // namespace pinlatch::material
