// Tests who is over the fair part of an address, and who is the heaviest of those.
#include "admission/address_shares.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "admission/places.h"
#include "doctest/doctest.h"
#include "proxy/place_client.h"

using namespace pinlatch;
using namespace pinlatch::proxy;
using namespace pinlatch::test;

namespace {

// Share counts as AddressShare does.
struct Share {
  uint64_t key = 0;
  size_t count = 0;
  Links<Share> links;
};
using Ranking = ShareRanking<Share, &Share::count, &Share::links>;

// Over is the keys of those that are over their part, in the order of the visit.
std::vector<uint64_t> Over(const Ranking& ranking, size_t least) {
  std::vector<uint64_t> keys;
  ranking.VisitOver(least, [&](const Share& share) {
    keys.push_back(share.key);
    return false;
  });
  return keys;
}

}  // namespace

TEST_CASE("an address is over its part when it has more than the average and than the least") {
  Ranking ranking;
  Share one;
  Share two;
  one.key = 1;
  two.key = 2;
  CHECK(Over(ranking, 1).empty());
  ranking.Add(one);
  ranking.Add(two);
  CHECK(Over(ranking, 0).empty());  // each has the average
  ranking.Add(two);
  CHECK(Over(ranking, 1) == std::vector<uint64_t>{2});
  CHECK(Over(ranking, 2).empty());  // two are nobody's to blame
  ranking.Subtract(one);
  CHECK(Over(ranking, 1).empty());  // it is alone
  for (int i = 0; i < 2; ++i) ranking.Subtract(two);
  CHECK(Over(ranking, 0).empty());
}

TEST_CASE("the visit ends with what it looks for") {
  Ranking ranking;
  std::vector<Share> shares(3);
  for (size_t i = 0; i < shares.size(); ++i) shares[i].key = i + 1;
  for (Share& each : shares) ranking.Add(each);
  for (int i = 0; i < 9; ++i) ranking.Add(shares[1]);
  for (int i = 0; i < 8; ++i) ranking.Add(shares[0]);
  size_t visited = 0;
  CHECK(ranking.VisitOver(1, [&](const Share& share) {
    ++visited;
    return share.key == 2;
  }));
  CHECK(visited == 1);
  CHECK(Over(ranking, 1) == std::vector<uint64_t>{2, 1});
  for (Share& each : shares) {
    while (each.count > 0) ranking.Subtract(each);
  }
}

TEST_CASE("the addresses with the most are found whatever comes and goes") {
  std::mt19937 random(20251129);  // NOLINT: the same every time
  Ranking ranking;
  std::vector<Share> shares(9);
  for (size_t i = 0; i < shares.size(); ++i) shares[i].key = i;
  size_t total = 0;
  for (int step = 0; step < 5000; ++step) {
    Share& share = shares[random() % 9 * (random() % 3) % 9];
    const bool comes = share.count == 0 || random() % 5 < (step % 500 < 250 ? 4U : 1U);
    comes ? ranking.Add(share) : ranking.Subtract(share);
    total += comes ? 1 : -size_t{1};
    size_t holders = 0;
    for (const Share& each : shares) holders += each.count > 0 ? 1 : 0;
    std::multimap<size_t, uint64_t, std::greater<>> expected;
    for (const Share& each : shares) {
      if (each.count > 1 && each.count * holders > total) expected.emplace(each.count, each.key);
    }
    const std::vector<uint64_t> over = Over(ranking, 1);
    REQUIRE(over.size() == expected.size());
    auto heaviest = expected.begin();
    for (const uint64_t key : over) CHECK(shares[key].count == (heaviest++)->first);
  }
  for (Share& each : shares) {
    while (each.count > 0) ranking.Subtract(each);
  }
}
