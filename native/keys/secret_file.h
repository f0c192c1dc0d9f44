// Owns the opening of secret files: who may read them, and the wiping of what was read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::tls {

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
  void Wipe();

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  size_t size_ = 0;
};

// ReadSecretFile reads a file of at most 64 KiB and appends one NUL, as PEM parsers want.
// Symbolic links are followed (certificate renewal works with them); what counts is the file that
// was opened. It must belong to root or to this process's user, and nobody else may read or write
// it. Errors, with `at`: kFileUnreadable, kKeyExposed with the command that mends it.
Result<SecretBytes> ReadSecretFile(const snapshot::SecretFile& secret, const std::string& at);

}  // namespace pinlatch::tls
