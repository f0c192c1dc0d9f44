// Matching a request allocates nothing, however large the table. This file replaces operator new
// for its whole program, to count.
#include <cstdlib>
#include <new>
#include <string>

#include "doctest/doctest.h"
#include "policy/route_table.h"
#include "policy/test_routes.h"

namespace {
thread_local size_t allocations = 0;
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace pinlatch::policy {
namespace {

// Long segments, so that a std::string made of one could not hide in itself.
std::string SegmentOf(uint32_t number) {
  return "a-segment-that-does-not-fit-into-a-small-string-" + std::to_string(number);
}

snapshot::Snapshot TenThousandRoutes() {
  snapshot::Snapshot snapshot;
  for (uint32_t i = 0; i < 10000; ++i) {
    snapshot::Route& route = snapshot.routes.emplace_back();
    route.name = route.at = std::to_string(i);
    route.listeners = {0};
    if (i % 10 == 0) route.host = "host-" + SegmentOf(i % 100);
    route.path.segments = {{false, SegmentOf(i % 50)}, {true, "id"}, {false, SegmentOf(i)}};
    route.path.is_prefix = i % 3 == 0;
    if (i % 2 == 0) route.methods = {"GET", "A-METHOD-WITH-A-RATHER-LONG-NAME"};
  }
  return snapshot;
}

TEST_CASE("a table of 10,000 routes finds each of them without allocating") {
  const snapshot::Snapshot snapshot = TenThousandRoutes();
  const Result<RouteTable> table = RouteTable::Build(snapshot, 0);
  REQUIRE(table.ok());
  const std::string nowhere = "/" + SegmentOf(60000);
  size_t wrong = 0;
  size_t allocated = 0;
  for (uint32_t i = 0; i < snapshot.routes.size(); ++i) {
    const snapshot::Route& route = snapshot.routes[i];
    const std::string path = "/" + SegmentOf(i % 50) + "/" + SegmentOf(1) + "/" + SegmentOf(i);
    const size_t before = allocations;
    const RouteMatch match = table->Match(route.host, path, "A-METHOD-WITH-A-RATHER-LONG-NAME");
    const RouteMatch none =
        table->Match("another-host-name-that-has-no-routes.example", nowhere, "GET");
    allocated += allocations - before;
    wrong += match.kind != RouteMatch::Kind::kFound || match.route != i ||
             none.kind != RouteMatch::Kind::kNoRoute;
  }
  CHECK(wrong == 0);
  CHECK(allocated == 0);
}

TEST_CASE("the count of allocations counts") {
  const size_t before = allocations;
  const std::string text = SegmentOf(7);
  CHECK(text.size() > 40);
  CHECK(allocations > before);
}

}  // namespace
}  // namespace pinlatch::policy
