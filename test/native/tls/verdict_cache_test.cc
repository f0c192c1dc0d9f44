// What is remembered of accepted certificates, and for how long.
#include "tls/verdict_cache.h"

#include <doctest/doctest.h>

#include <memory>

namespace pinlatch::tls {
namespace {

identity::Sha256 Leaf(uint8_t set, uint8_t number) {
  identity::Sha256 leaf{};
  leaf[0] = set;
  leaf[31] = number;
  return leaf;
}

std::shared_ptr<const identity::PeerIdentity> Identity(uint8_t set, uint8_t number) {
  auto identity = std::make_shared<identity::PeerIdentity>();
  identity->sha256 = Leaf(set, number);
  return identity;
}

TEST_CASE("an acceptance is recalled under its bundle and within its time only") {
  VerdictCache cache;
  CHECK(!cache.Recall(Leaf(1, 1), 7, 100));
  cache.Remember(Identity(1, 1), 7, 100, 200);
  CHECK(cache.Recall(Leaf(1, 1), 7, 100));
  CHECK(cache.Recall(Leaf(1, 1), 7, 200));
  CHECK(!cache.Recall(Leaf(1, 1), 7, 201));
  CHECK(!cache.Recall(Leaf(1, 1), 7, 99));
  CHECK(!cache.Recall(Leaf(1, 1), 8, 100));
  CHECK(!cache.Recall(Leaf(1, 2), 7, 100));
}

TEST_CASE("the cache is bounded: the least recently used of a set gives way") {
  VerdictCache cache;
  for (uint8_t i = 1; i <= VerdictCache::kWays; ++i) cache.Remember(Identity(5, i), 1, 0, 9);
  CHECK(cache.Recall(Leaf(5, 1), 1, 0));
  cache.Remember(Identity(5, 99), 1, 0, 9);
  CHECK(cache.Recall(Leaf(5, 1), 1, 0));
  CHECK(!cache.Recall(Leaf(5, 2), 1, 0));
  CHECK(cache.Recall(Leaf(5, 99), 1, 0));
}

TEST_CASE("remembering again moves the end") {
  VerdictCache cache;
  cache.Remember(Identity(5, 1), 1, 0, 9);
  cache.Remember(Identity(5, 1), 1, 5, 20);
  CHECK(cache.Recall(Leaf(5, 1), 1, 20));
  CHECK(!cache.Recall(Leaf(5, 1), 1, 4));
}

}  // namespace
}  // namespace pinlatch::tls
