// Tests policy/audience.h: whom a listener's routes admit at all.
#include "policy/audience.h"

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::policy;

namespace {

snapshot::Route RouteFor(std::vector<uint32_t> listeners, std::vector<uint32_t> clients) {
  snapshot::Route route;
  route.listeners = std::move(listeners);
  route.clients = std::move(clients);
  return route;
}

}  // namespace

TEST_CASE("an audience is the union of what the listener's own routes name") {
  snapshot::Snapshot snapshot;
  snapshot.clients.resize(5);
  snapshot.routes = {RouteFor({0}, {1, 3}), RouteFor({0, 1}, {3}), RouteFor({1}, {4})};
  const Audience first = AudienceOf(snapshot, 0);
  CHECK(first.Admits({1}));
  CHECK(first.Admits({0, 3}));
  CHECK_FALSE(first.Admits({}));
  CHECK_FALSE(first.Admits({0, 2, 4}));
  const Audience second = AudienceOf(snapshot, 1);
  CHECK(second.Admits({4}));
  CHECK_FALSE(second.Admits({1}));
}

TEST_CASE("a route for any trusted client, or for anyone, takes whoever is trusted") {
  for (const snapshot::Allow allow : {snapshot::Allow::kAnyTrusted, snapshot::Allow::kAnyone}) {
    snapshot::Snapshot snapshot;
    snapshot.routes = {RouteFor({0}, {})};
    snapshot.routes[0].allow = allow;
    CHECK(AudienceOf(snapshot, 0).Admits({}));
    CHECK_FALSE(AudienceOf(snapshot, 1).Admits({}));
  }
}
