// See balancer.h.
#include "cluster/balancer.h"

#include <array>
#include <cassert>
#include <cmath>

namespace pinlatch::proxy {
namespace {

constexpr size_t kMostContenders = 64;

// Mix has every bit of its input change about half of its output's bits: the last steps of
// MurmurHash3, which are a bijection.
uint64_t Mix(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  value ^= value >> 33;
  return value;
}

// Whether a has fewer requests for its share than b, one more counted for the request at hand: an
// idle contender with more weight goes before one with less.
bool IsLessBusy(const Contender& a, const Contender& b) {
  return (uint64_t{a.in_flight} + 1) * b.share < (uint64_t{b.in_flight} + 1) * a.share;
}

}  // namespace

size_t PickInTurn(std::span<const Contender> contenders) {
  assert(!contenders.empty());
  int64_t total = 0;
  size_t best = 0;
  for (size_t i = 0; i < contenders.size(); ++i) {
    const Contender& contender = contenders[i];
    *contender.credit += contender.share;
    total += contender.share;
    if (*contender.credit > *contenders[best].credit) best = i;
  }
  *contenders[best].credit -= total;
  return best;
}

size_t PickLeastBusy(std::span<const Contender> contenders) {
  assert(!contenders.empty() && contenders.size() <= kMostContenders);
  size_t least = 0;
  for (size_t i = 1; i < contenders.size(); ++i) {
    if (IsLessBusy(contenders[i], contenders[least])) least = i;
  }
  std::array<Contender, kMostContenders> equal;
  std::array<size_t, kMostContenders> places{};
  size_t count = 0;
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (IsLessBusy(contenders[least], contenders[i])) continue;
    equal[count] = contenders[i];
    places[count++] = i;
  }
  return places[PickInTurn({equal.data(), count})];
}

size_t PickByHash(std::span<const Contender> contenders, uint64_t key) {
  assert(!contenders.empty());
  size_t best = 0;
  double best_score = -1;
  for (size_t i = 0; i < contenders.size(); ++i) {
    // In (0, 1): 53 bits are what a double holds exactly.
    const uint64_t bits = Mix(key ^ contenders[i].hash) >> 11;
    const double point = (static_cast<double>(bits) + 0.5) * 0x1p-53;
    const double score = contenders[i].share / -std::log(point);
    if (score <= best_score) continue;
    best = i;
    best_score = score;
  }
  return best;
}

uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3ULL;
  return Mix(hash);
}

}  // namespace pinlatch::proxy
