// A set-associative table, bounded.
#include "tls/verdict_cache.h"

#include <algorithm>
#include <utility>

namespace pinlatch::tls {

// A hash is uniform, so its first byte chooses the set.
VerdictCache::Set& VerdictCache::SetFor(const identity::Sha256& chain) { return sets_[chain[0]]; }

Acceptance VerdictCache::Recall(const identity::Sha256& chain, uint64_t generation,
                                UnixSeconds now) {
  if (sets_.empty()) return {};
  for (Entry& entry : SetFor(chain)) {
    if (entry.generation != generation || entry.chain != chain) continue;
    if (now < entry.acceptance.from || now > entry.acceptance.until) return {};
    entry.used = ++clock_;
    return entry.acceptance;
  }
  return {};
}

void VerdictCache::Remember(const identity::Sha256& chain, uint64_t generation,
                            Acceptance acceptance) {
  if (sets_.empty()) sets_.resize(kSets);
  Set& set = SetFor(chain);
  auto place = std::find_if(set.begin(), set.end(), [&](const Entry& entry) {
    return entry.generation == generation && entry.chain == chain;
  });
  if (place == set.end()) {
    place = std::min_element(set.begin(), set.end(),
                             [](const Entry& a, const Entry& b) { return a.used < b.used; });
  }
  *place = {chain, std::move(acceptance), generation, ++clock_};
}

}  // namespace pinlatch::tls
