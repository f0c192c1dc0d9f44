// Owns hashing for signatures and fingerprints. Uses mbedTLS inside, shows none of it.
#pragma once

#include <array>
#include <optional>

#include "base/bytes.h"

namespace pinlatch::tls {

enum class Hash : uint8_t { kSha1, kSha224, kSha256, kSha384, kSha512 };

// Digest is the output of one hash function.
struct Digest {
  Hash hash = Hash::kSha256;
  std::array<uint8_t, 64> bytes{};
  uint8_t size = 0;

  ByteSpan span() const { return ByteSpan(bytes).first(size); }
  bool operator==(const Digest&) const = default;
};

// HashOf hashes `bytes`. Nothing only when the library is out of memory.
std::optional<Digest> HashOf(Hash hash, ByteSpan bytes);

}  // namespace pinlatch::tls
