// Networks and the addresses in them.
#include "match/network_match.h"

#include <vector>

#include "base/address_octets.h"
#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

snapshot::Network Of(const char* ip, uint8_t bits) {
  const AddressOctets octets = *ParseAddress(ip);
  return {octets.octets, octets.size, bits};
}

bool Holds(const std::vector<snapshot::Network>& networks, const char* ip) {
  return IsWithinAny(networks, ParseAddress(ip)->span());
}

TEST_CASE("a network holds the addresses with its prefix, to the bit") {
  CHECK(Holds({Of("10.0.0.0", 8)}, "10.255.0.1"));
  CHECK_FALSE(Holds({Of("10.0.0.0", 8)}, "11.0.0.1"));
  CHECK(Holds({Of("10.0.0.128", 25)}, "10.0.0.200"));
  CHECK_FALSE(Holds({Of("10.0.0.128", 25)}, "10.0.0.127"));
  CHECK(Holds({Of("192.0.2.7", 32)}, "192.0.2.7"));
  CHECK_FALSE(Holds({Of("192.0.2.7", 32)}, "192.0.2.6"));
  CHECK(Holds({Of("0.0.0.0", 0)}, "203.0.113.9"));
  CHECK(Holds({Of("2001:db8::", 33)}, "2001:db8:7fff::1"));
  CHECK_FALSE(Holds({Of("2001:db8::", 33)}, "2001:db8:8000::1"));
}

TEST_CASE("one of several is enough, and the families are apart") {
  const std::vector networks = {Of("10.0.0.0", 8), Of("::", 0)};
  CHECK(Holds(networks, "10.1.1.1"));
  CHECK(Holds(networks, "2001:db8::1"));
  CHECK_FALSE(Holds(networks, "192.0.2.1"));
  CHECK_FALSE(Holds({}, "192.0.2.1"));
}

TEST_CASE("no address is in no network, not even in all of them") {
  CHECK_FALSE(IsWithinAny(std::vector{Of("0.0.0.0", 0)}, {}));
}

}  // namespace
}  // namespace pinlatch::policy
