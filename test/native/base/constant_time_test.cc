// Tests base/constant_time.h: what it answers. That it takes constant time is tested elsewhere.
#include "base/constant_time.h"

#include <array>

#include "doctest/doctest.h"

using pinlatch::ConstantTimeEqual;

TEST_CASE("equal spans are equal and one different bit anywhere is not") {
  std::array<uint8_t, 32> a{};
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<uint8_t>(i * 7);
  const std::array<uint8_t, 32> same = a;
  CHECK(ConstantTimeEqual(a, same) == 1);
  for (size_t byte = 0; byte < a.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::array<uint8_t, 32> other = a;
      other[byte] = static_cast<uint8_t>(other[byte] ^ (1 << bit));
      CHECK(ConstantTimeEqual(a, other) == 0);
    }
  }
}

TEST_CASE("of every length each byte counts, wherever the spans begin") {
  const std::array<uint8_t, 48> a{};
  for (size_t size = 1; size <= 40; ++size) {
    for (size_t offset = 0; offset < 8; ++offset) {
      CAPTURE(size);
      CAPTURE(offset);
      const auto span = pinlatch::ByteSpan(a).subspan(offset, size);
      for (size_t byte = 0; byte < size; ++byte) {
        std::array<uint8_t, 40> other{};
        const auto others = pinlatch::ByteSpan(other).first(size);
        CHECK(ConstantTimeEqual(span, others) == 1);
        other[byte] = 0x80;
        CHECK(ConstantTimeEqual(span, others) == 0);
      }
    }
  }
}

TEST_CASE("spans of different length are unequal, empty ones are equal") {
  const std::array<uint8_t, 2> two{1, 2};
  CHECK(ConstantTimeEqual(two, pinlatch::ByteSpan(two).first(1)) == 0);
  CHECK(ConstantTimeEqual({}, {}) == 1);
}
