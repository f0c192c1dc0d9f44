// What is remembered of accepted chains, and for how long.
#include "verdict/verdict_cache.h"

#include <doctest/doctest.h>

#include <memory>

namespace pinlatch::tls {
namespace {

identity::Sha256 Chain(uint8_t set, uint8_t number) {
  identity::Sha256 chain{};
  chain[0] = set;
  chain[31] = number;
  return chain;
}

const auto kSomebody = std::make_shared<const identity::PeerIdentity>();

bool Recalled(VerdictCache& cache, const identity::Sha256& chain, uint64_t generation,
              UnixSeconds now) {
  const Acceptance* found = cache.Recall(chain, generation, now);
  CHECK((found == nullptr || (found->from <= now && now <= found->until)));
  return found != nullptr;
}

TEST_CASE("an acceptance is recalled under its bundle and within its time only") {
  VerdictCache cache;
  CHECK(!Recalled(cache, Chain(1, 1), 7, 100));
  cache.Remember(Chain(1, 1), {kSomebody, 7, 100, 200});
  CHECK(Recalled(cache, Chain(1, 1), 7, 100));
  CHECK(Recalled(cache, Chain(1, 1), 7, 200));
  CHECK(!Recalled(cache, Chain(1, 1), 7, 201));
  CHECK(!Recalled(cache, Chain(1, 1), 7, 99));
  CHECK(!Recalled(cache, Chain(1, 1), 8, 100));
  CHECK(!Recalled(cache, Chain(1, 2), 7, 100));
}

TEST_CASE("the cache is bounded: the least recently used of a set gives way") {
  VerdictCache cache;
  for (uint8_t i = 1; i <= VerdictCache::kWays; ++i)
    cache.Remember(Chain(5, i), {kSomebody, 1, 0, 9});
  CHECK(Recalled(cache, Chain(5, 1), 1, 0));
  cache.Remember(Chain(5, 99), {kSomebody, 1, 0, 9});
  CHECK(Recalled(cache, Chain(5, 1), 1, 0));
  CHECK(!Recalled(cache, Chain(5, 2), 1, 0));
  CHECK(Recalled(cache, Chain(5, 99), 1, 0));
}

TEST_CASE("remembering again moves the end") {
  VerdictCache cache;
  cache.Remember(Chain(5, 1), {kSomebody, 1, 0, 9});
  cache.Remember(Chain(5, 1), {kSomebody, 1, 5, 20});
  CHECK(Recalled(cache, Chain(5, 1), 1, 20));
  CHECK(!Recalled(cache, Chain(5, 1), 1, 4));
}

}  // namespace
}  // namespace pinlatch::tls
