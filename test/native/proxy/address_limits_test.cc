// How many connections and handshakes one address has: exact, by /64 for IPv6, and in flat memory.
#include "admission/address_limits.h"

#include <memory>
#include <optional>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::proxy {
namespace {

using Verdict = AddressLimits::Verdict;

AddressOctets At(const char* ip) { return *ParseAddress(ip); }

snapshot::Limits Connections(uint32_t most) {
  snapshot::Limits limits;
  limits.connections_per_address = most;
  return limits;
}

snapshot::Limits Handshakes(uint32_t count, uint32_t period_ms, uint32_t burst) {
  snapshot::Limits limits;
  limits.handshakes_per_address = count;
  limits.handshake_period_ms = period_ms;
  limits.handshake_burst = burst;
  return limits;
}

const MonotonicTime kStart = MonotonicTime() + std::chrono::hours(1);

TEST_CASE("an address has so many connections at a time, and others have theirs") {
  const auto owned = std::make_shared<AddressLimits>();
  AddressLimits& limits = *owned;
  std::vector<AddressLease> leases(4);
  const auto admit = [&](const char* ip, size_t lease) {
    return limits.Admit(At(ip), Connections(2), kStart, leases[lease]);
  };
  CHECK(admit("192.0.2.1", 0) == Verdict::kAdmitted);
  CHECK(admit("192.0.2.1", 1) == Verdict::kAdmitted);
  CHECK(admit("192.0.2.1", 2) == Verdict::kTooManyConnections);
  CHECK(admit("192.0.2.2", 2) == Verdict::kAdmitted);
  leases[0] = AddressLease();
  CHECK(admit("192.0.2.1", 3) == Verdict::kAdmitted);
  leases.clear();
  CHECK(limits.connections() == 0);
}

TEST_CASE("an IPv6 address counts by its first 64 bits, an IPv4 one whole") {
  const auto owned = std::make_shared<AddressLimits>();
  AddressLimits& limits = *owned;
  std::vector<AddressLease> leases(4);
  const auto admit = [&](const char* ip, size_t lease) {
    return limits.Admit(At(ip), Connections(1), kStart, leases[lease]);
  };
  CHECK(admit("2001:db8:0:1::1", 0) == Verdict::kAdmitted);
  CHECK(admit("2001:db8:0:1:ffff::2", 1) == Verdict::kTooManyConnections);
  CHECK(admit("2001:db8:0:2::1", 1) == Verdict::kAdmitted);
  CHECK(admit("192.0.2.1", 2) == Verdict::kAdmitted);
  CHECK(admit("192.0.2.2", 3) == Verdict::kAdmitted);
}

TEST_CASE("handshakes come in a burst, then at their rate") {
  const auto owned = std::make_shared<AddressLimits>();
  AddressLimits& limits = *owned;
  AddressLease none;
  const snapshot::Limits two_a_second = Handshakes(2, 1000, 3);
  const auto at = [&](int ms) {
    return limits.Admit(At("192.0.2.1"), two_a_second, kStart + Milliseconds(ms), none);
  };
  for (int i = 0; i < 3; ++i) CHECK(at(0) == Verdict::kAdmitted);
  CHECK(at(0) == Verdict::kTooManyHandshakes);
  CHECK(at(499) == Verdict::kTooManyHandshakes);
  CHECK(at(500) == Verdict::kAdmitted);
  CHECK(at(500) == Verdict::kTooManyHandshakes);
  // What was refused has cost nothing, and quiet gives the burst back, not more.
  for (int i = 0; i < 3; ++i) CHECK(at(60000) == Verdict::kAdmitted);
  CHECK(at(60000) == Verdict::kTooManyHandshakes);
}

TEST_CASE("a refused handshake is no connection, and a refused connection no handshake") {
  const auto owned = std::make_shared<AddressLimits>();
  AddressLimits& limits = *owned;
  AddressLease first;
  AddressLease second;
  snapshot::Limits both = Handshakes(1, 1000, 2);
  both.connections_per_address = 1;
  CHECK(limits.Admit(At("192.0.2.1"), both, kStart, first) == Verdict::kAdmitted);
  CHECK(limits.Admit(At("192.0.2.1"), both, kStart, second) == Verdict::kTooManyConnections);
  first = AddressLease();
  CHECK(limits.Admit(At("192.0.2.1"), both, kStart, first) == Verdict::kAdmitted);
  first = AddressLease();
  CHECK(limits.Admit(At("192.0.2.1"), both, kStart, first) == Verdict::kTooManyHandshakes);
  CHECK(limits.connections() == 0);
}

TEST_CASE("a million addresses take the memory of a few thousand") {
  const auto owned = std::make_shared<AddressLimits>();
  AddressLimits& limits = *owned;
  AddressLease none;
  const snapshot::Limits one = Handshakes(1, 3600000, 1);
  AddressOctets address = At("0.0.0.0");
  for (uint32_t i = 1; i <= 1000000; ++i) {
    for (size_t octet = 0; octet < 4; ++octet) {
      address.octets[octet] = static_cast<uint8_t>(i >> (24 - 8 * octet));
    }
    REQUIRE(limits.Admit(address, one, kStart, none) == Verdict::kAdmitted);
  }
  CHECK(limits.handshakes() == 8192);
  // The last one is still known.
  CHECK(limits.Admit(address, one, kStart, none) == Verdict::kTooManyHandshakes);
}

TEST_CASE("who floods is not forgotten because others come") {
  const auto owned = std::make_shared<AddressLimits>();
  AddressLimits& limits = *owned;
  AddressLease none;
  const snapshot::Limits rate = Handshakes(1, 1000, 100);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(limits.Admit(At("203.0.113.9"), rate, kStart, none) == Verdict::kAdmitted);
  }
  AddressOctets address = At("10.0.0.0");
  for (uint32_t i = 0; i < 200000; ++i) {
    address.octets[1] = static_cast<uint8_t>(i >> 16);
    address.octets[2] = static_cast<uint8_t>(i >> 8);
    address.octets[3] = static_cast<uint8_t>(i);
    (void)limits.Admit(address, rate, kStart, none);
  }
  CHECK(limits.Admit(At("203.0.113.9"), rate, kStart, none) == Verdict::kTooManyHandshakes);
}

}  // namespace
}  // namespace pinlatch::proxy
