// Owns CRC-32C (RFC 9260 appendix A), by which version 2 headers guard themselves. Pure.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace pinlatch::proxy_protocol {

// Crc32c takes bytes piece by piece and returns the checksum of all of them.
class Crc32c {
 public:
  void Add(ByteSpan bytes);
  uint32_t Value() const { return ~state_; }

 private:
  uint32_t state_ = 0xFFFFFFFF;
};

}  // namespace pinlatch::proxy_protocol
