// Addresses as octets, and the number by which they count.
#include "base/address_octets.h"

#include "doctest/doctest.h"

namespace pinlatch::identity {
namespace {

uint64_t KeyOf(const std::string& text) {
  const auto address = ParseAddress(text);
  REQUIRE(address.has_value());
  return AddressKey(*address);
}

TEST_CASE("an IPv4 address counts by itself, an IPv6 one by its first 64 bits") {
  CHECK(KeyOf("192.0.2.1") == 0xc0000201);
  CHECK(KeyOf("192.0.2.1") != KeyOf("192.0.2.2"));
  CHECK(KeyOf("2001:db8:1:2::1") == KeyOf("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  CHECK(KeyOf("2001:db8:1:2::1") != KeyOf("2001:db8:1:3::1"));
}

}  // namespace
}  // namespace pinlatch::identity
