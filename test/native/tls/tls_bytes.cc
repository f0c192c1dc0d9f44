// See tls_bytes.h.
#include "tls/tls_bytes.h"

#include <doctest/doctest.h>

namespace pinlatch::test {
namespace {

constexpr size_t kMessageHead = 4;
constexpr size_t kVersionAndRandom = 2 + 32;

size_t NumberAt(const Bytes& bytes, size_t at) {
  REQUIRE(at + 2 <= bytes.size());
  return static_cast<size_t>(bytes[at] << 8 | bytes[at + 1]);
}

Bytes Slice(const Bytes& bytes, size_t at, size_t size) {
  REQUIRE(at + size <= bytes.size());
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

Bytes WithLength(const Bytes& content, int length_bytes) {
  Bytes whole;
  for (int byte = length_bytes - 1; byte >= 0; --byte) {
    whole.push_back(static_cast<uint8_t>(content.size() >> (8 * byte)));
  }
  whole.insert(whole.end(), content.begin(), content.end());
  return whole;
}

// ExtensionsAt is where the extensions of a Hello begin, behind their length.
size_t ExtensionsAt(const Bytes& hello) {
  size_t at = kMessageHead + kVersionAndRandom;
  at += 1 + hello[at];
  if (hello[0] == kServerHello) return at + 2 + 1 + 2;
  at += 2 + NumberAt(hello, at);
  return at + 1 + hello[at] + 2;
}

}  // namespace

Bytes Join(std::initializer_list<Bytes> parts) {
  Bytes whole;
  for (const Bytes& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

Bytes Number16(uint16_t number) {
  return {static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
}

Bytes Vector8(const Bytes& content) { return WithLength(content, 1); }
Bytes Vector16(const Bytes& content) { return WithLength(content, 2); }
Bytes Vector24(const Bytes& content) { return WithLength(content, 3); }

Bytes HelloExtension(uint16_t type, const Bytes& content) {
  return Join({Number16(type), Vector16(content)});
}

Bytes Message(uint8_t type, const Bytes& body) { return Join({{type}, Vector24(body)}); }

Bytes Record(uint8_t type, const Bytes& content) { return Join({{type, 3, 3}, Vector16(content)}); }

Bytes ExtensionOf(const Bytes& hello, uint16_t type) {
  for (size_t at = ExtensionsAt(hello); at + 4 <= hello.size();) {
    const size_t size = NumberAt(hello, at + 2);
    if (NumberAt(hello, at) == type) return Slice(hello, at + 4, size);
    at += 4 + size;
  }
  return {};
}

Bytes SessionIdOf(const Bytes& hello) {
  const size_t at = kMessageHead + kVersionAndRandom;
  return Slice(hello, at + 1, hello[at]);
}

}  // namespace pinlatch::test
