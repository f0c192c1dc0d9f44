// Tests the choice among endpoints: shares, load, and what belongs together.
#include "cluster/balancer.h"

#include <map>
#include <string>
#include <vector>

#include "doctest/doctest.h"

using namespace pinlatch::proxy;

namespace {

// Crowd is some contenders with what is kept for them.
struct Crowd {
  explicit Crowd(std::vector<uint32_t> shares) : credits(shares.size()) {
    for (uint32_t i = 0; i < shares.size(); ++i) {
      contenders.push_back({i, shares[i], 0, HashOf("endpoint " + std::to_string(i)), &credits[i]});
    }
  }
  std::vector<int64_t> credits;
  std::vector<Contender> contenders;
};

std::map<uint64_t, uint32_t> Owners(const Crowd& crowd, uint64_t keys) {
  std::map<uint64_t, uint32_t> owners;
  for (uint64_t key = 0; key < keys; ++key) {
    const uint64_t hash = HashOf(std::to_string(key));
    owners[key] = crowd.contenders[PickByHash(crowd.contenders, hash)].index;
  }
  return owners;
}

}  // namespace

TEST_CASE("in turn, shares are kept to exactly and spread smoothly") {
  Crowd crowd({5, 1, 1});
  std::string order;
  for (int i = 0; i < 14; ++i) {
    order += static_cast<char>('a' + PickInTurn(crowd.contenders));
  }
  CHECK(order == "aabacaaaabacaa");
}

TEST_CASE("one that is away for a while has no arrears to catch up on") {
  Crowd crowd({1, 1});
  for (int i = 0; i < 100; ++i) PickInTurn(std::span(crowd.contenders).first(1));
  int second = 0;
  for (int i = 0; i < 10; ++i) second += PickInTurn(crowd.contenders) == 1 ? 1 : 0;
  CHECK(second == 5);
}

TEST_CASE("the least busy for its share is taken, equals in turn") {
  Crowd crowd({1, 1, 2});
  crowd.contenders[0].in_flight = 1;
  crowd.contenders[1].in_flight = 3;
  crowd.contenders[2].in_flight = 2;
  CHECK(PickLeastBusy(crowd.contenders) == 2);  // 3 of 2 against 2 of 1 and 4 of 1
  crowd.contenders[2].in_flight = 3;            // 4 of 2 against 2 of 1: as busy as the first
  std::vector<int> taken(3);
  for (int i = 0; i < 30; ++i) ++taken[PickLeastBusy(crowd.contenders)];
  CHECK(taken[0] == 10);
  CHECK(taken[1] == 0);
  CHECK(taken[2] == 20);
}

TEST_CASE("by hash, keys are shared out by weight") {
  const Crowd crowd({1000, 1000, 2000});
  std::vector<int> owned(3);
  for (const auto& [key, owner] : Owners(crowd, 20000)) ++owned[owner];
  CHECK(owned[0] == doctest::Approx(5000).epsilon(0.1));
  CHECK(owned[1] == doctest::Approx(5000).epsilon(0.1));
  CHECK(owned[2] == doctest::Approx(10000).epsilon(0.1));
}

TEST_CASE("when one goes, only its keys move, and they spread over the others") {
  Crowd crowd({1, 1, 1, 1});
  const auto before = Owners(crowd, 8000);
  crowd.contenders.erase(crowd.contenders.begin() + 1);
  const auto after = Owners(crowd, 8000);
  std::vector<int> heirs(4);
  for (const auto& [key, owner] : before) {
    if (owner == 1) {
      ++heirs[after.at(key)];
    } else {
      CHECK(after.at(key) == owner);
    }
  }
  for (const int heir : {0, 2, 3}) CHECK(heirs[static_cast<size_t>(heir)] > 500);
}

TEST_CASE("a greater share takes keys from others and gives none away") {
  Crowd crowd({1, 1, 1});
  const auto before = Owners(crowd, 4000);
  crowd.contenders[2].share = 2;
  for (const auto& [key, owner] : Owners(crowd, 4000)) {
    CHECK((owner == before.at(key) || owner == 2));
  }
}
