// DenialRing: what is found, what gives way, and that it is bounded in bytes.
#include "telemetry/denial_ring.h"

#include "doctest/doctest.h"

namespace pinlatch::telemetry {
namespace {

using Lines = std::vector<std::string>;

LineOrigin From(LineAbout about, uint64_t source) {
  return {LineKind::kSecurity, about, 0, source};
}

std::string LineOf(std::string_view remote, size_t size = 0) {
  return "{\"remote\":\"" + std::string(remote) + "\",\"x\":\"" + std::string(size, 'x') + "\"}";
}

// Flood adds so many lines of one source, under ids with a prefix.
void Flood(DenialRing& ring, const LineOrigin& origin, const std::string& prefix, int count,
           size_t size = 500) {
  for (int i = 0; i < count; ++i) ring.Add(origin, prefix + std::to_string(i), LineOf("r", size));
}

TEST_CASE("the lines of an id are found, the oldest first") {
  DenialRing ring;
  const LineOrigin origin = From(LineAbout::kTrusted, 1);
  ring.Add(origin, "a", "first");
  ring.Add(origin, "b", "other");
  ring.Add(origin, "a", "second");
  CHECK(ring.Find("a") == Lines{"first", "second"});
  CHECK(ring.Find("b") == Lines{"other"});
  CHECK(ring.Find("c").empty());
  CHECK(ring.Find("").empty());
}

TEST_CASE("an address finds the newest that was refused it, with all its lines") {
  DenialRing ring;
  const LineOrigin origin = From(LineAbout::kStranger, 1);
  ring.Add(origin, "a", LineOf("192.0.2.1:4000"));
  ring.Add(origin, "b", LineOf("192.0.2.1:4000", 1));
  ring.Add(origin, "b", "without an address");
  ring.Add(origin, "c", LineOf("192.0.2.1:40001"));
  CHECK(ring.Find("192.0.2.1:4000") == Lines{LineOf("192.0.2.1:4000", 1), "without an address"});
}

TEST_CASE("an address without a port finds the newest refusal of any of its connections") {
  DenialRing ring;
  const LineOrigin origin = From(LineAbout::kStranger, 1);
  ring.Add(origin, "a", LineOf("192.0.2.1:4000"));
  ring.Add(origin, "b", LineOf("192.0.2.1:4001"));
  ring.Add(origin, "c", LineOf("192.0.2.11:4000"));
  ring.Add(origin, "d", LineOf("[2001:db8::1]:4000"));
  ring.Add(origin, "e", LineOf("192.0.2.7"));
  CHECK(ring.Find("192.0.2.1") == Lines{LineOf("192.0.2.1:4001")});
  CHECK(ring.Find("192.0.2.7") == Lines{LineOf("192.0.2.7")});
  for (const char* key : {"2001:db8::1", "[2001:db8::1]", "2001:DB8:0::1"})
    CHECK(ring.Find(key) == Lines{LineOf("[2001:db8::1]:4000")});
  for (const char* key : {"192.0.2", "192.0.2.", "2001:db8::", "192.0.2.2", "[192.0.2.1]:4000"})
    CHECK(ring.Find(key).empty());
}

TEST_CASE("it is bounded in bytes: the oldest gives way") {
  DenialRing ring(10000);
  const LineOrigin origin = From(LineAbout::kStranger, 1);
  Flood(ring, origin, "s", 1000);
  CHECK(ring.bytes() <= 10000);
  CHECK(ring.bytes() > 9000);
  CHECK(ring.Find("s0").empty());
  CHECK(ring.Find("s999").size() == 1);
  ring.Add(origin, "large", std::string(20000, 'x'));
  CHECK(ring.bytes() <= 10000);
}

TEST_CASE("many short lines are no way around the bound") {
  DenialRing ring(10000);
  Flood(ring, From(LineAbout::kStranger, 1), "s", 10000, 0);
  CHECK(ring.bytes() <= 10000);
}

TEST_CASE("a flood of strangers, whatever certificates they show, displaces no client's entry") {
  DenialRing ring(100'000);
  ring.Add(From(LineAbout::kClient, 1), "client", LineOf("r", 2000));
  ring.Add(From(LineAbout::kTrusted, 1), "trusted", LineOf("r", 2000));
  for (uint64_t address = 0; address < 500; ++address) {
    Flood(ring, From(LineAbout::kStranger, address), "s", 20);
    Flood(ring, From(LineAbout::kClaim, address), "k", 20);
  }
  CHECK(ring.Find("client").size() == 1);
  CHECK(ring.Find("trusted").size() == 1);
}

TEST_CASE("who floods displaces himself before others of his kind") {
  // In one ring of 64 the two share a place, by chance.
  int kept = 0;
  for (int round = 0; round < 20; ++round) {
    DenialRing ring(100'000);
    ring.Add(From(LineAbout::kStranger, 1), "quiet", LineOf("r", 100));
    Flood(ring, From(LineAbout::kStranger, 2), "s", 500);
    kept += static_cast<int>(ring.Find("quiet").size());
  }
  CHECK(kept >= 15);
}

TEST_CASE("while others are silent one kind has all the room") {
  DenialRing ring(100'000);
  Flood(ring, From(LineAbout::kStranger, 1), "s", 1000);
  CHECK(ring.bytes() > 90'000);
  Flood(ring, From(LineAbout::kClient, 1), "c", 1000);
  CHECK(ring.bytes() <= 100'000);
  CHECK(ring.Find("c999").size() == 1);
  CHECK(ring.Find("s999").size() == 1);
}

}  // namespace
}  // namespace pinlatch::telemetry
