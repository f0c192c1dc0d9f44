// Owns the reading of DER (X.690): one cursor over elements, plus the value forms that several
// readers need. Strict: what is not DER is not read. Pure; knows nothing of
// certificates.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/clock.h"

namespace pinlatch::tls {

// Tags of X.690 section 8, with the constructed bit where the type has it.
namespace der {
inline constexpr uint8_t kBoolean = 0x01;
inline constexpr uint8_t kInteger = 0x02;
inline constexpr uint8_t kBitString = 0x03;
inline constexpr uint8_t kOctetString = 0x04;
inline constexpr uint8_t kNull = 0x05;
inline constexpr uint8_t kOid = 0x06;
inline constexpr uint8_t kEnumerated = 0x0a;
inline constexpr uint8_t kUtf8String = 0x0c;
inline constexpr uint8_t kNumericString = 0x12;
inline constexpr uint8_t kPrintableString = 0x13;
inline constexpr uint8_t kTeletexString = 0x14;
inline constexpr uint8_t kIa5String = 0x16;
inline constexpr uint8_t kUtcTime = 0x17;
inline constexpr uint8_t kGeneralizedTime = 0x18;
inline constexpr uint8_t kVisibleString = 0x1a;
inline constexpr uint8_t kUniversalString = 0x1c;
inline constexpr uint8_t kBmpString = 0x1e;
inline constexpr uint8_t kSequence = 0x30;
inline constexpr uint8_t kSet = 0x31;

// Primitive and Constructed return the context-specific tag [number].
constexpr uint8_t Primitive(uint8_t number) { return static_cast<uint8_t>(0x80 | number); }
constexpr uint8_t Constructed(uint8_t number) { return static_cast<uint8_t>(0xa0 | number); }
}  // namespace der

// DerReader walks the elements of one level. A failure sticks: everything read after it is empty,
// and neither AtEnd() nor HasMore() is true any more, so that a parser may check once, at its end.
// Views point into the bytes it was made from.
class DerReader {
 public:
  struct Element {
    uint8_t tag = 0;
    ByteSpan content;
    ByteSpan whole;  // with tag and length
  };

  explicit DerReader(ByteSpan bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  // AtEnd says that everything was read without a failure.
  bool AtEnd() const { return ok_ && rest_.empty(); }
  bool HasMore() const { return ok_ && !rest_.empty(); }
  bool NextIs(uint8_t tag) const { return HasMore() && rest_.front() == tag; }
  void Fail() { ok_ = false; }

  // Next reads one element of any tag. Fails on multi-byte tags and on indefinite, over-long or
  // overflowing lengths.
  Element Next();
  // Expect reads one element that must have this tag; Take is its content alone.
  Element Expect(uint8_t tag);
  ByteSpan Take(uint8_t tag) { return Expect(tag).content; }
  // Enter reads an element of this tag and returns a reader of its content, which has failed when
  // this one has.
  DerReader Enter(uint8_t tag);
  // TakeOptional reads an element only when it has this tag.
  std::optional<ByteSpan> TakeOptional(uint8_t tag);

  // TakeBoolean reads a BOOLEAN, 0x00 or 0xff.
  bool TakeBoolean();
  // TakeDefaultFalse reads a BOOLEAN DEFAULT FALSE of this tag; absent is false. An encoded FALSE,
  // though not DER, is common and means the same.
  bool TakeDefaultFalse(uint8_t tag = der::kBoolean);
  // TakeInteger reads an INTEGER and returns its content. Fails on one that is longer than its
  // number needs (X.690 section 8.3.2), so that equal numbers are equal bytes.
  ByteSpan TakeInteger(uint8_t tag = der::kInteger);
  // TakeSmall reads an INTEGER from 0 to `most`.
  uint32_t TakeSmall(uint32_t most, uint8_t tag = der::kInteger);
  // TakeTime reads a UTCTime or GeneralizedTime in the form of RFC 5280 section 4.1.2.5 (seconds
  // present, Z, no fraction).
  UnixSeconds TakeTime();
  bool NextIsTime() const { return NextIs(der::kUtcTime) || NextIs(der::kGeneralizedTime); }
  // TakeBits reads a BIT STRING whose unused bits are zero; TakeOctetBits one without unused bits.
  ByteSpan TakeBits(uint8_t tag = der::kBitString);
  ByteSpan TakeOctetBits();
  // TakeNamedBits reads a named bit list, which ends with a bit that is set (X.690 section 11.2.2).
  ByteSpan TakeNamedBits(uint8_t tag = der::kBitString);
  // TakeOid reads an OBJECT IDENTIFIER: whole arcs, none with a leading zero (X.690 section 8.19).
  ByteSpan TakeOid(uint8_t tag = der::kOid);

 private:
  Element FailedElement() {
    ok_ = false;
    return {};
  }

  ByteSpan rest_;
  bool ok_ = true;
};

// IsPositive says whether the content of an INTEGER is a number above zero.
inline bool IsPositive(ByteSpan integer) {
  return !integer.empty() && integer[0] < 0x80 && (integer.size() > 1 || integer[0] != 0);
}

// IsOid says whether these are the content of an OBJECT IDENTIFIER in DER.
bool IsOid(ByteSpan content);

}  // namespace pinlatch::tls
