// Tests base/sip_hash.h against the vectors of its authors: key and messages are 0, 1, 2, and so
// on.
#include "base/sip_hash.h"

#include <numeric>
#include <vector>

#include "doctest/doctest.h"

namespace {

uint64_t HashOfFirst(size_t size) {
  pinlatch::SipKey key;
  std::iota(key.begin(), key.end(), uint8_t{0});
  std::vector<uint8_t> message(size);
  std::iota(message.begin(), message.end(), uint8_t{0});
  return pinlatch::SipHash(key, message);
}

TEST_CASE("SipHash-2-4 gives what its authors published, for every length of the last word") {
  CHECK(HashOfFirst(0) == 0x726fdb47dd0e0e31);
  CHECK(HashOfFirst(1) == 0x74f839c593dc67fd);
  CHECK(HashOfFirst(2) == 0x0d6c8009d9a94f5a);
  CHECK(HashOfFirst(7) == 0xab0200f58b01d137);
  CHECK(HashOfFirst(8) == 0x93f5f5799a932462);
  CHECK(HashOfFirst(15) == 0xa129ca6149be45e5);
  CHECK(HashOfFirst(33) == 0xa7f32346f95978e3);
  CHECK(HashOfFirst(63) == 0x958a324ceb064572);
}

TEST_CASE("another key gives another hash") {
  const std::vector<uint8_t> message(33);
  pinlatch::SipKey key{};
  const uint64_t before = pinlatch::SipHash(key, message);
  for (size_t i = 0; i < key.size(); ++i) {
    CAPTURE(i);
    pinlatch::SipKey other = key;
    other[i] = 1;
    CHECK(pinlatch::SipHash(other, message) != before);
  }
}

}  // namespace
