// LineAllowances: how many lines a source may have, what is new, and how long lines may be.
#include "telemetry/line_allowances.h"

#include "doctest/doctest.h"

namespace pinlatch::telemetry {
namespace {

using Line = LineAllowances::Line;
constexpr uint64_t kBurst = LineAllowances::kBurst;
constexpr uint64_t kRepeats = LineAllowances::kRepeats;

Line FromStranger(uint64_t address, uint64_t code, uint64_t certificate) {
  return {LineAbout::kStranger, address, address, code, certificate};
}

struct Clock {
  MonotonicTime now{std::chrono::hours(1)};
  void Pass(int64_t seconds) { now += std::chrono::seconds(seconds); }
};

uint64_t Written(LineAllowances& allowances, const Line& line, int times, MonotonicTime now) {
  uint64_t written = 0;
  for (int i = 0; i < times; ++i) written += allowances.MayWrite(line, now) ? 1 : 0;
  return written;
}

TEST_CASE("the same line again and again is written so many times, then once a second") {
  LineAllowances allowances;
  Clock clock;
  const Line line = FromStranger(1, 1, 1);
  CHECK(Written(allowances, line, 1000, clock.now) == kRepeats);
  for (int second = 0; second < 5; ++second) {
    clock.Pass(1);
    CHECK(Written(allowances, line, 1000, clock.now) == 1);
  }
  clock.Pass(3600);
  CHECK(Written(allowances, line, 1000, clock.now) == kRepeats);
}

TEST_CASE("what is new is written when the same has been repeated for long") {
  LineAllowances allowances;
  Clock clock;
  Written(allowances, FromStranger(1, 1, 1), 1000, clock.now);
  CHECK(allowances.MayWrite(FromStranger(1, 1, 2), clock.now));  // another certificate
  CHECK(allowances.MayWrite(FromStranger(1, 2, 1), clock.now));  // another code
  CHECK(allowances.MayWrite(FromStranger(2, 1, 1), clock.now));  // another address
  CHECK_FALSE(allowances.MayWrite(FromStranger(1, 1, 1), clock.now));
}

TEST_CASE("a certificate made anew for each handshake is bounded by its address and code") {
  LineAllowances allowances;
  Clock clock;
  uint64_t written = 0;
  for (uint64_t made = 1; made <= 1400; ++made) {
    written += allowances.MayWrite(FromStranger(1, 1, made), clock.now) ? 1 : 0;
  }
  CHECK(written == kBurst);
  CHECK(allowances.MayWrite(FromStranger(1, 2, 1), clock.now));  // it hides no other code
}

TEST_CASE("what a stranger does at an address is not counted for a client there") {
  LineAllowances allowances;
  Clock clock;
  for (uint64_t made = 1; made <= 1400; ++made) {
    allowances.MayWrite(FromStranger(1, 1, made), clock.now);
  }
  CHECK(allowances.MayWrite({LineAbout::kClient, 77, 1, 1, 77}, clock.now));
  CHECK(allowances.MayWrite({LineAbout::kTrusted, 78, 1, 1, 78}, clock.now));
  CHECK(allowances.MayWrite({LineAbout::kClaim, 1, 1, 1, 77}, clock.now));
}

TEST_CASE("the first line of whoever has proved a certificate is always written") {
  LineAllowances allowances;
  Clock clock;
  for (uint64_t client = 1; client <= 2000; ++client) {
    CHECK(allowances.MayWrite({LineAbout::kClient, client, 1, 1, client}, clock.now));
  }
}

TEST_CASE("whoever has proved a certificate has the whole allowance for saying the same again") {
  LineAllowances allowances;
  Clock clock;
  CHECK(Written(allowances, {LineAbout::kClient, 7, 1, 1, 7}, 1000, clock.now) == kBurst);
  CHECK(Written(allowances, {LineAbout::kTrusted, 8, 1, 1, 8}, 1000, clock.now) == kBurst);
  CHECK(Written(allowances, {LineAbout::kClaim, 1, 1, 1, 7}, 1000, clock.now) == kRepeats);
}

TEST_CASE("each of many addresses has its first line") {
  LineAllowances allowances;
  Clock clock;
  uint64_t written = 0;
  for (uint64_t address = 1; address <= 20000; ++address) {
    written += allowances.MayWrite(FromStranger(address, 1, 1), clock.now) ? 1 : 0;
  }
  CHECK(written == 20000);
}

TEST_CASE("lines at full length are bounded by bytes, which time gives back") {
  LineAllowances allowances;
  Clock clock;
  uint64_t bytes = 0;
  while (allowances.MayBeWhole(LineAbout::kStranger, clock.now) && bytes < 10'000'000) {
    allowances.Written(LineAbout::kStranger, 2000, clock.now);
    bytes += 2000;
  }
  CHECK(bytes >= LineAllowances::kWholeBytes);
  CHECK(bytes < LineAllowances::kWholeBytes + 2000);
  CHECK(allowances.MayBeWhole(LineAbout::kTrusted, clock.now));
  CHECK(allowances.MayBeWhole(LineAbout::kClaim, clock.now));
  clock.Pass(1);
  CHECK(allowances.MayBeWhole(LineAbout::kStranger, clock.now));
}

TEST_CASE("a client's lines may be at full length whatever there was") {
  LineAllowances allowances;
  Clock clock;
  allowances.Written(LineAbout::kClient, 100'000'000, clock.now);
  CHECK(allowances.MayBeWhole(LineAbout::kClient, clock.now));
}

}  // namespace
}  // namespace pinlatch::telemetry
