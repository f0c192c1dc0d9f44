// A set-associative table: bounded, without allocation after the first entry.
#include "tls/verdict_cache.h"

#include <algorithm>

namespace pinlatch::tls {

// A fingerprint is uniform, so its first byte chooses the set.
VerdictCache::Set& VerdictCache::SetFor(const identity::Sha256& leaf) { return sets_[leaf[0]]; }

bool VerdictCache::Recall(const identity::Sha256& leaf, uint64_t generation, UnixSeconds now) {
  if (sets_.empty()) return false;
  for (Entry& entry : SetFor(leaf)) {
    if (entry.generation != generation || entry.leaf != leaf) continue;
    if (now < entry.from || now > entry.until) return false;
    entry.used = ++clock_;
    return true;
  }
  return false;
}

void VerdictCache::Remember(const identity::Sha256& leaf, uint64_t generation, UnixSeconds now,
                            UnixSeconds valid_until) {
  if (sets_.empty()) sets_.resize(kSets);
  Set& set = SetFor(leaf);
  auto place = std::find_if(set.begin(), set.end(), [&](const Entry& entry) {
    return entry.generation == generation && entry.leaf == leaf;
  });
  if (place == set.end()) {
    place = std::min_element(set.begin(), set.end(),
                             [](const Entry& a, const Entry& b) { return a.used < b.used; });
  }
  *place = {leaf, generation, now, valid_until, ++clock_};
}

}  // namespace pinlatch::tls
