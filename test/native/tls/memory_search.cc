// See memory_search.h.
#include "tls/memory_search.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace pinlatch::test {
namespace {

struct Region {
  uintptr_t begin = 0;
  uintptr_t end = 0;
};

std::vector<Region> WritableRegions() {
  std::vector<Region> regions;
  std::ifstream maps("/proc/self/maps");
  REQUIRE(maps.is_open());
  for (std::string line; std::getline(maps, line);) {
    const size_t dash = line.find('-');
    const size_t space = line.find(' ');
    if (line.compare(space + 1, 2, "rw") != 0) continue;
    regions.push_back({std::stoull(line.substr(0, dash), nullptr, 16),
                       std::stoull(line.substr(dash + 1, space - dash - 1), nullptr, 16)});
  }
  return regions;
}

// What reserves this much is a sanitizer's shadow of all memory.
constexpr uintptr_t kShadow = uintptr_t{1} << 40;
constexpr size_t kPagesAtOnce = 16384;

// InUse divides a region into the parts that have memory behind them: reading the others would give
// them some.
std::vector<Region> InUse(const Region& region) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  std::vector<Region> parts;
  std::vector<unsigned char> resident(kPagesAtOnce);
  for (uintptr_t begin = region.begin; begin < region.end; begin += kPagesAtOnce * page) {
    const uintptr_t size = std::min(region.end - begin, kPagesAtOnce * page);
    // A region may have gone since the list was read: the search itself allocates.
    if (mincore(reinterpret_cast<void*>(begin), size, resident.data()) != 0) continue;
    for (size_t i = 0; i < size / page; ++i) {
      if ((resident[i] & 1) == 0) continue;
      const uintptr_t at = begin + i * page;
      if (parts.empty() || parts.back().end != at) parts.push_back({at, at});
      parts.back().end = at + page;
    }
  }
  return parts;
}

// Volatile reads: what is found may be what another object left behind, and a sanitizer need not
// like it.
__attribute__((no_sanitize("address"), no_sanitize("thread"))) size_t CountIn(
    const Region& part, const std::vector<uint8_t>& masked) {
  size_t found = 0;
  const auto* begin = reinterpret_cast<const volatile uint8_t*>(part.begin);
  const size_t size = part.end - part.begin;
  const uint8_t* pattern = masked.data();
  const size_t length = masked.size();
  for (size_t at = 0; at + length <= size; ++at) {
    size_t same = 0;
    while (same < length && (begin[at + same] ^ kMask) == pattern[same]) ++same;
    if (same == length) ++found;
  }
  return found;
}

}  // namespace

std::vector<uint8_t> Masked(std::vector<uint8_t> bytes) {
  for (uint8_t& byte : bytes) byte ^= kMask;
  return bytes;
}

size_t CountInMemory(const std::vector<uint8_t>& masked) {
  size_t found = 0;
  for (const Region& region : WritableRegions()) {
    if (region.end - region.begin >= kShadow) continue;
    for (const Region& part : InUse(region)) found += CountIn(part, masked);
  }
  return found;
}

}  // namespace pinlatch::test
