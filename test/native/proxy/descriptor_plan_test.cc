// Tests how the file descriptors of a process are divided among listeners, upstreams and the rest.
#include "record/descriptor_plan.h"

#include <algorithm>
#include <initializer_list>
#include <numeric>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

snapshot::Snapshot Configured(std::initializer_list<uint32_t> connections, bool has_upstream) {
  snapshot::Snapshot snapshot;
  for (const uint32_t count : connections) {
    snapshot::Listener& listener = snapshot.listeners.emplace_back();
    listener.at = "/listeners/l" + std::to_string(snapshot.listeners.size());
    listener.limits.connections = count;
  }
  if (has_upstream) snapshot.upstreams.emplace_back();
  return snapshot;
}

uint64_t SumOf(const DescriptorPlan& plan) {
  return std::accumulate(plan.connections.begin(), plan.connections.end(), uint64_t{0});
}

}  // namespace

TEST_CASE("where there is room for all of them, listeners have what is configured") {
  const auto snapshot = Configured({10000, 10000}, true);
  const DescriptorPlan plan = PlanDescriptors(65536, 3, snapshot);
  CHECK(plan.limit == 65536);
  CHECK(plan.connections == std::vector<uint32_t>{10000, 10000});
  CHECK(LoweredListeners(plan, snapshot).empty());
}

TEST_CASE("a listener gets what a low limit leaves, and that is told") {
  const auto snapshot = Configured({10000}, false);
  const DescriptorPlan plan = PlanDescriptors(1024, 2, snapshot);
  // 48 are Node's and spare; two workers have five each.
  CHECK(plan.connections == std::vector<uint32_t>{966});
  CHECK(plan.ceiling == 1024 - 16);
  const auto lowered = LoweredListeners(plan, snapshot);
  REQUIRE(lowered.size() == 1);
  CHECK(lowered[0].code == ErrorCode::kConnectionsLowered);
  CHECK(lowered[0].at == "/listeners/l1/limits/connections");
  CHECK(lowered[0].detail ==
        "room for 966 connections, not 10000: this process may open 1024 file descriptors");
}

TEST_CASE("a quarter is for connections to upstreams where there are upstreams") {
  const DescriptorPlan plan = PlanDescriptors(1024, 2, Configured({10000}, true));
  CHECK(plan.connections == std::vector<uint32_t>{724});
}

TEST_CASE("a listener that asks for little gets it; those that ask for more get the same") {
  const auto snapshot = Configured({10000, 20, 5000}, false);
  const DescriptorPlan plan = PlanDescriptors(1024, 1, snapshot);
  // 1024 less 48 less seven of the worker, less the 20.
  CHECK(plan.connections == std::vector<uint32_t>{474, 20, 474});
  CHECK(LoweredListeners(plan, snapshot).size() == 2);
}

TEST_CASE("a low limit is shared by connections and by what stays free") {
  const auto snapshot = Configured({10000}, true);
  // Two workers have five each, 28 are Node's and spare; of the 26 that are left connections get
  // half, those to upstreams four.
  const DescriptorPlan plan = PlanDescriptors(64, 2, snapshot);
  CHECK(plan.connections == std::vector<uint32_t>{8});
  CHECK(plan.ceiling == 64 - 11);
  const DescriptorPlan least = PlanDescriptors(40, 2, snapshot);
  CHECK(least.connections == std::vector<uint32_t>{2});
  CHECK(least.ceiling == 40 - 3);
}

TEST_CASE("a higher limit leaves more for connections, and more that stays free") {
  const auto snapshot = Configured({10000}, true);
  DescriptorPlan before = PlanDescriptors(0, 2, snapshot);
  for (uint64_t limit = 1; limit < 300; ++limit) {
    const DescriptorPlan plan = PlanDescriptors(limit, 2, snapshot);
    CHECK(plan.connections[0] >= before.connections[0]);
    CHECK(limit - static_cast<uint64_t>(plan.ceiling) >=
          limit - 1 - static_cast<uint64_t>(before.ceiling));
    before = plan;
  }
}

TEST_CASE("a limit that admits nobody is refused, with what it takes") {
  const auto snapshot = Configured({10000}, true);
  CHECK(RequireDescriptors(40, 2, snapshot).ok());
  CHECK(RequireDescriptors(39, 2, Configured({10000}, false)).ok());
  const Status refused = RequireDescriptors(39, 2, snapshot);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kDescriptorsTooFew);
  CHECK(refused.error().at == "/workers");
  CHECK(refused.error().detail ==
        "this process may have 39 file descriptors; with 2 workers it takes 40 to serve anybody");
}

TEST_CASE("whatever the limit, all connections together stay below what it leaves") {
  for (uint64_t limit = 0; limit < 3000; ++limit) {
    for (const uint32_t workers : {1U, 2U, 7U}) {
      const auto snapshot = Configured({1000, 64, 3}, limit % 2 == 0);
      const DescriptorPlan plan = PlanDescriptors(limit, workers, snapshot);
      const uint64_t fewest = snapshot.listeners.size() * workers;  // one each, whatever it takes
      // What is configured is shared out among workers, rounded up.
      const uint64_t rounded = SumOf(plan) + snapshot.listeners.size() * (workers - 1);
      const uint64_t others = 28 + workers * 7;
      CHECK((SumOf(plan) <= fewest || rounded + others <= limit + fewest));
      for (const uint32_t connections : plan.connections) CHECK(connections > 0);
      CHECK(plan.ceiling >= 0);
      CHECK(static_cast<uint64_t>(plan.ceiling) <= limit);
    }
  }
}
