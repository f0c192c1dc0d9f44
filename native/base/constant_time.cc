// See constant_time.h. Kept in a translation unit of its own so that no caller's optimiser sees
// through it.
#include "base/constant_time.h"

#include <cstring>

namespace pinlatch {
namespace {

uint64_t ReadWord(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// The empty assembly makes `difference` opaque after every step, so that no compiler may stop
// early.
void Gather(uint64_t& difference, uint64_t bits) {
  difference |= bits;
  __asm__ volatile("" : "+r"(difference));
}

}  // namespace

uint32_t ConstantTimeEqual(ByteSpan a, ByteSpan b) {
  if (a.size() != b.size()) return 0;
  constexpr size_t kWord = sizeof(uint64_t);
  uint64_t difference = 0;
  size_t at = 0;
  for (; a.size() - at >= kWord; at += kWord) {
    Gather(difference, ReadWord(a.data() + at) ^ ReadWord(b.data() + at));
  }
  for (; at < a.size(); ++at) Gather(difference, static_cast<uint64_t>(a[at] ^ b[at]));
  // Of a number and its negation one has the highest bit, unless it is 0.
  return 1U ^ static_cast<uint32_t>((difference | (0 - difference)) >> 63);
}

}  // namespace pinlatch
