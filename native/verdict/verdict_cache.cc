// A set-associative table, bounded.
#include "verdict/verdict_cache.h"

#include <algorithm>
#include <utility>

namespace pinlatch::tls {

// A hash is uniform, so its first byte chooses the set.
VerdictCache::Set& VerdictCache::SetFor(const identity::Sha256& chain) { return sets_[chain[0]]; }

const Acceptance* VerdictCache::Recall(const identity::Sha256& chain, uint64_t generation,
                                       UnixSeconds now) {
  if (sets_.empty()) return nullptr;
  for (Entry& entry : SetFor(chain)) {
    if (entry.acceptance.trust != generation || entry.chain != chain) continue;
    if (now < entry.acceptance.from || now > entry.acceptance.until) return nullptr;
    entry.used = ++clock_;
    return &entry.acceptance;
  }
  return nullptr;
}

void VerdictCache::Remember(const identity::Sha256& chain, Acceptance acceptance) {
  if (sets_.empty()) sets_.resize(kSets);
  Set& set = SetFor(chain);
  auto place = std::find_if(set.begin(), set.end(), [&](const Entry& entry) {
    return entry.acceptance.trust == acceptance.trust && entry.chain == chain;
  });
  if (place == set.end()) {
    place = std::min_element(set.begin(), set.end(),
                             [](const Entry& a, const Entry& b) { return a.used < b.used; });
  }
  *place = {chain, std::move(acceptance), ++clock_};
}

}  // namespace pinlatch::tls
