// Owns the type-length-value fields of version 2 headers: their types, reading and writing. Pure;
// views point into the bytes that were read.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace pinlatch::proxy_protocol {

// TlvType has the types of the specification (section 2.2) that this gateway reads or writes.
enum class TlvType : uint8_t {
  kAlpn = 0x01,
  kAuthority = 0x02,
  kCrc32c = 0x03,
  kUniqueId = 0x05,
  kSsl = 0x20,
  kSslVersion = 0x21,
  kSslCn = 0x22,
  kSslCipher = 0x23,
};

struct Tlv {
  uint8_t type = 0;
  ByteSpan value;

  bool is(TlvType wanted) const { return type == static_cast<uint8_t>(wanted); }
};

// TlvReader takes fields off the front of a list of them.
class TlvReader {
 public:
  explicit TlvReader(ByteSpan list) : rest_(list) {}

  // Next reads one field; false at the end of the list, and where the rest is no whole field.
  bool Next(Tlv& into);
  // broken says that Next stopped before the end.
  bool broken() const { return broken_; }

 private:
  ByteSpan rest_;
  bool broken_ = false;
};

}  // namespace pinlatch::proxy_protocol
