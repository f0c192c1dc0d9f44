// Covers the search for routes that a trailing slash or other case passes by.
#include "policy/passed_routes.h"

#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "policy/test_routes.h"

namespace pinlatch::policy {
namespace {

using snapshot::Allow;
using snapshot::Snapshot;

// All routes lead to one service; the client "boss" (0) may use the first, "boss" and "clerk" (1)
// the others.
Snapshot House(const std::vector<RouteSpec>& specs) {
  Snapshot snapshot = SnapshotOf(specs);
  snapshot.listeners.resize(2);
  snapshot.upstreams.resize(2);
  snapshot.upstreams[0].endpoints = {{.host = "app", .port = 80, .path = ""}};
  snapshot.upstreams[1].endpoints = {{.host = "other", .port = 80, .path = ""}};
  snapshot.clients.resize(2);
  for (snapshot::Route& route : snapshot.routes) {
    route.action = snapshot::ProxyTo{};
    route.clients = {0, 1};
  }
  snapshot.routes[0].clients = {0};
  return snapshot;
}

std::vector<PassedRoute> Found(const Snapshot& snapshot) {
  auto found = FindPassedRoutes(snapshot);
  REQUIRE(found.ok());
  return *std::move(found);
}

using Ways = std::vector<std::string>;

TEST_CASE("a narrow exact route beside a broad one is passed by a slash and by case") {
  const auto found = Found(House({{.path = "/api/admin"}, {.path = "/api/*"}}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].route == 0);
  CHECK(found[0].by == 1);
  CHECK(found[0].path == "/api/admin");
  CHECK(found[0].ways == Ways{"/api/admin/", "/api/ADMIN"});
  CHECK(found[0].by_slash);
  CHECK(found[0].by_case);
}

TEST_CASE("any segment may be passed, and a prefix by case alone") {
  CHECK(Found(House({{.path = "/api/admin"}, {.path = "/*"}}))[0].ways ==
        Ways{"/api/admin/", "/API/admin", "/api/ADMIN"});
  const auto prefix = Found(House({{.path = "/api/admin/*"}, {.path = "/api/*"}}));
  REQUIRE(prefix.size() == 1);
  CHECK(prefix[0].ways == Ways{"/api/ADMIN"});
  CHECK_FALSE(prefix[0].by_slash);
  // A letter of an encoding has one case.
  CHECK(Found(House({{.path = "/%C3%A9"}, {.path = "/*"}}))[0].ways == Ways{"/%C3%A9/"});
  CHECK(Found(House({{.path = "/{id}"}, {.path = "/*"}}))[0].by_slash);
}

TEST_CASE("a route that says what its service does is taken at its word") {
  for (const bool same : {false, true}) {
    CAPTURE(same);
    CHECK(Found(House({{.path = "/api/admin", .any_slash = same, .any_case = same},
                       {.path = "/api/*"}}))
              .empty());
    CHECK(Found(House({{.path = "/api/admin", .any_slash = same}, {.path = "/api/*"}}))[0].ways ==
          Ways{"/api/ADMIN"});
    CHECK(Found(House({{.path = "/api/admin", .any_case = same}, {.path = "/api/*"}}))[0].ways ==
          Ways{"/api/admin/"});
  }
}

TEST_CASE("what is passed to is broader in clients or in methods") {
  Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
  house.routes[1].clients = {0};
  CHECK(Found(house).empty());
  house.routes[0].methods = {"GET"};
  CHECK(Found(house).size() == 1);
  house.routes[1].methods = {"GET"};
  CHECK(Found(house).empty());
  house.routes[1].allow = Allow::kAnyTrusted;
  CHECK(Found(house).size() == 1);
  house.routes[0].allow = Allow::kAnyTrusted;
  CHECK(Found(house).empty());
  house.routes[1].allow = Allow::kAnyone;
  CHECK(Found(house).size() == 1);
  house.routes[0].allow = Allow::kAnyone;
  house.routes[1].allow = Allow::kClients;
  CHECK(Found(house).empty());
}

TEST_CASE("a route that refuses fields is passed to one that does not, by the same clients") {
  Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
  house.routes[1].clients = {0};
  house.routes[0].refused_fields = {"x-forwarded-proto", "x-debug"};
  CHECK(Found(house).size() == 1);
  house.routes[1].refused_fields = {"x-debug"};
  CHECK(Found(house).size() == 1);
  house.routes[1].refused_fields = {"x-debug", "x-other", "x-forwarded-proto"};
  CHECK(Found(house).empty());
  house.routes[0].refused_fields.clear();
  CHECK(Found(house).empty());
}

TEST_CASE("a route with a bound on bodies is passed to one that takes longer ones") {
  Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
  house.routes[1].clients = {0};
  house.routes[0].body_bytes = 1000;
  CHECK(Found(house).size() == 1);
  house.routes[1].body_bytes = 1001;
  CHECK(Found(house).size() == 1);
  house.routes[1].body_bytes = 1000;
  CHECK(Found(house).empty());
  house.routes[0].body_bytes.reset();
  CHECK(Found(house).empty());
}

TEST_CASE("only the same service is reached around a route") {
  Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
  ProxyIn(house.routes[1]).upstream = 1;
  CHECK(Found(house).empty());
  house.upstreams[1].endpoints.push_back(house.upstreams[0].endpoints[0]);
  CHECK(Found(house).size() == 1);
  house.routes[1].action = snapshot::FixedResponse{};
  CHECK(Found(house).empty());
}

TEST_CASE("a route that is there to refuse is passed by whoever goes around it") {
  Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
  house.routes[0].action = snapshot::FixedResponse{};
  house.routes[0].allow = house.routes[1].allow = Allow::kAnyTrusted;
  CHECK(Found(house).empty());
  house.routes[0].action = snapshot::FixedResponse{403, {}, {}};
  CHECK(Found(house).size() == 1);
}

TEST_CASE("a route is passed wherever the other one guards less, or hands over something else") {
  const Snapshot alike = [] {
    Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
    house.routes[1].clients = house.routes[0].clients;
    for (snapshot::Route& route : house.routes) {
      route.refused_fields = {"x-foo"};
      snapshot::Forwarding& forwarding = ProxyIn(route).forwarding;
      forwarding.request.remove = {"Cookie"};
      forwarding.kept = {"x-host"};
      forwarding.upgrade = {"websocket"};
      route.body_bytes = 10;
    }
    return house;
  }();
  CHECK(Found(alike).empty());
  const auto differences = [&alike](auto change) {
    Snapshot house = alike;
    change(house);
    const auto found = Found(house);
    return found.empty() ? Differences() : found[0].differences;
  };
  using House = Snapshot&;
  CHECK(differences([](House h) { h.routes[1].refused_fields = {"x-bar"}; }) ==
        Differences{"refuses fewer fields"});
  CHECK(differences([](House h) { ProxyIn(h.routes[1]).forwarding.request.remove.clear(); }) ==
        Differences{"changes other header fields"});
  CHECK(differences([](House h) {
          ProxyIn(h.routes[0]).forwarding.request.set = {{"X", "1"}};
        }) == Differences{"changes other header fields"});
  CHECK(differences([](House h) { ProxyIn(h.routes[0]).forwarding.kept.clear(); }) ==
        Differences{"changes other header fields"});
  CHECK(differences([](House h) { h.routes[1].body_bytes = 11; }) ==
        Differences{"takes larger bodies"});
  CHECK(differences([](House h) {
          h.routes[1].body_bytes.reset();
          h.listeners[0].limits.body_bytes = 11;
        }) == Differences{"takes larger bodies"});
  CHECK(differences([](House h) { ProxyIn(h.routes[0]).forwarding.upgrade.clear(); }) ==
        Differences{"upgrades to other protocols"});
  CHECK(differences([](House h) { ProxyIn(h.routes[1]).forwarding.rewrite.strip_segments = 1; }) ==
        Differences{"rewrites path or host otherwise"});
  CHECK(differences([](House h) { h.routes[0].forward_identity.emplace(1); }) ==
        Differences{"tells who the client is otherwise"});
  CHECK(differences([](House h) {
          h.upstreams[1].endpoints = h.upstreams[0].endpoints;
          ProxyIn(h.routes[0]).upstream = 1;
        }) == Differences{"reaches the service by another upstream"});
}

TEST_CASE("a route is not passed by one that guards more") {
  Snapshot house = House({{.path = "/api/admin"}, {.path = "/api/*"}});
  house.routes[1].clients = house.routes[0].clients;
  house.routes[0].body_bytes = 10;
  ProxyIn(house.routes[0]).forwarding.kept = {"x-host"};
  ProxyIn(house.routes[0]).forwarding.upgrade = {"websocket"};
  ProxyIn(house.routes[0]).forwarding.response.remove = {"Server"};
  house.routes[1].body_bytes = 9;
  house.routes[1].refused_fields = {"x-foo"};
  CHECK(Found(house).empty());
}

TEST_CASE("a pair is named once, however many listeners it holds on; its hosts count") {
  Snapshot house =
      House({{.path = "/a", .listeners = {0, 1}}, {.path = "/*", .listeners = {0, 1}}});
  CHECK(Found(house).size() == 1);
  house = House({{.path = "/a", .host = "x"}, {.path = "/*"}});
  CHECK(Found(house).size() == 1);
  house = House({{.path = "/a", .host = "x"}, {.path = "/*", .host = "y"}});
  CHECK(Found(house).empty());
  house = House({{.path = "/a", .listeners = {0}}, {.path = "/*", .listeners = {1}}});
  CHECK(Found(house).empty());
}

TEST_CASE("no more than a hundred are named") {
  std::vector<RouteSpec> specs;
  std::vector<std::string> paths;
  for (int i = 0; i < 200; ++i) paths.push_back("/p" + std::to_string(i));
  for (const std::string& path : paths) specs.push_back({.path = path});
  specs.push_back({.path = "/*"});
  Snapshot house = House(specs);
  for (size_t i = 0; i < paths.size(); ++i) house.routes[i].clients = {0};
  CHECK(Found(house).size() == kMostPassedRoutes);
}

}  // namespace
}  // namespace pinlatch::policy
