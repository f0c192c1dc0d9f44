// Which requests a route takes that passes over trailing slashes or case, and what stands beside
// it.
#include <string>
#include <string_view>
#include <vector>

#include "doctest/doctest.h"
#include "policy/route_table.h"
#include "policy/test_routes.h"

namespace pinlatch::policy {
namespace {

RouteSpec Slashes(std::string_view path) { return {.path = path, .any_slash = true}; }
RouteSpec Cases(std::string_view path) { return {.path = path, .any_case = true}; }
RouteSpec Both(std::string_view path) {
  return {.path = path, .any_slash = true, .any_case = true};
}

// The route's number, or -1.
int Taken(const std::vector<RouteSpec>& specs, std::string_view path,
          std::string_view method = "GET") {
  const auto table = RouteTable::Build(SnapshotOf(specs), 0);
  REQUIRE_MESSAGE(table.ok(), table.error().detail);
  const RouteMatch match = table->Match("h", path, method);
  return match.kind == RouteMatch::Kind::kFound ? static_cast<int>(match.route) : -1;
}

TEST_CASE("a route that passes over slashes takes its path with one and without") {
  for (std::string_view written : {"/a/b", "/a/b/"}) {
    CAPTURE(written);
    CHECK(Taken({Slashes(written)}, "/a/b") == 0);
    CHECK(Taken({Slashes(written)}, "/a/b/") == 0);
    for (std::string_view other : {"/a", "/a/b/c", "/A/b", "/"}) {
      CAPTURE(other);
      CHECK(Taken({Slashes(written)}, other) == -1);
    }
  }
  CHECK(Taken({Slashes("/{id}")}, "/x/") == 0);
}

TEST_CASE("a route that passes over case takes ASCII letters of either, and nothing else") {
  for (std::string_view written : {"/api/Admin", "/API/admin"}) {
    for (std::string_view path : {"/api/admin", "/API/ADMIN", "/aPi/Admin"}) {
      CAPTURE(path);
      CHECK(Taken({Cases(written)}, path) == 0);
    }
    CHECK(Taken({Cases(written)}, "/api/admin/") == -1);
    CHECK(Taken({Cases(written)}, "/api/admi") == -1);
  }
  // Percent-encoded letters are others: upper and lower case differ in more than a bit of ASCII.
  CHECK(Taken({Cases("/caf%C3%A9")}, "/CAF%C3%A9") == 0);
  CHECK(Taken({Cases("/caf%C3%A9")}, "/caf%C3%89") == -1);
  CHECK(Taken({Cases("/a@b")}, "/a`b") == -1);
  CHECK(Taken({Cases("/a_b")}, "/a%7Fb") == -1);
  CHECK(Taken({Cases("/api/*")}, "/API/x/Y") == 0);
  CHECK(Taken({Cases("/api/{id}/Edit")}, "/Api/X/edit") == 0);
}

TEST_CASE("a lenient route is as specific as a strict one: no broader one takes what it guards") {
  const std::vector<RouteSpec> routes = {{.path = "/api/*"}, Both("/api/admin"), {.path = "/*"}};
  for (std::string_view path :
       {"/api/admin", "/api/admin/", "/api/ADMIN", "/API/admin", "/API/ADMIN/", "/aPI/adMIN/"}) {
    CAPTURE(path);
    CHECK(Taken(routes, path) == 1);
  }
  CHECK(Taken(routes, "/api/admin/x") == 0);
  CHECK(Taken(routes, "/API/other") == 2);
}

TEST_CASE("segment by segment, a literal of either kind goes before a parameter") {
  const std::vector<RouteSpec> routes = {{.path = "/a/{id}"}, Cases("/{x}/b"), {.path = "/A/c"}};
  CHECK(Taken(routes, "/a/b") == 0);
  CHECK(Taken(routes, "/A/B") == 1);
  CHECK(Taken(routes, "/A/c") == 2);
  CHECK(Taken({Cases("/a/{id}"), {.path = "/a/b"}}, "/a/b") == 1);
  CHECK(Taken({Cases("/a/{id}"), {.path = "/a/b"}}, "/a/B") == 0);
  CHECK(Taken({Cases("/a/b"), {.path = "/a/{id}"}}, "/a/B") == 0);
}

TEST_CASE("a lenient route that does not take the method hides broader ones like any other") {
  RouteSpec narrow = Both("/api/admin");
  narrow.methods = {"GET"};
  for (std::string_view path : {"/api/admin", "/API/ADMIN/"}) {
    CHECK(Taken({narrow, {.path = "/api/*"}}, path, "POST") == -1);
  }
}

TEST_CASE("routes that some request fits alike must be equally lenient, whatever their methods") {
  const auto built = [](RouteSpec first, RouteSpec second) {
    first.methods = {"GET"};
    second.methods = {"PUT"};
    const auto table = RouteTable::Build(SnapshotOf({first, second}), 0);
    if (!table.ok()) {
      CHECK(table.error().at == "/routes/1");
      CHECK(table.error().detail.find("\"ignoreCase\" of both") != std::string::npos);
    }
    return table.ok();
  };
  CHECK(built(Both("/a/b"), Both("/A/B/")));
  CHECK(built(Slashes("/a/b"), Slashes("/a/b/")));
  CHECK(built(Cases("/{x}/b"), Cases("/{y}/B")));
  CHECK_FALSE(built(Cases("/a/b"), {.path = "/a/b"}));
  CHECK_FALSE(built(Cases("/a/b"), {.path = "/A/b"}));
  CHECK_FALSE(built({.path = "/A/b"}, Cases("/a/b")));
  CHECK_FALSE(built(Slashes("/a/b"), {.path = "/a/b/"}));
  CHECK_FALSE(built(Slashes("/a/b"), Both("/a/b")));
  CHECK_FALSE(built(Slashes("/a/b"), Cases("/a/b/")));
  CHECK_FALSE(built(Cases("/{x}/b"), {.path = "/{y}/b"}));
  // These fit nothing alike.
  CHECK(built(Slashes("/A"), {.path = "/a/"}));
  CHECK(built(Cases("/a/b"), {.path = "/A/b/"}));
  CHECK(built(Cases("/a"), {.path = "/a/*"}));
  CHECK(built(Cases("/a"), {.path = "/{x}"}));
  CHECK(built(Both("/a"), {.path = "/a", .host = "h"}));
}

TEST_CASE("equally lenient routes of one pattern conflict by their methods, like strict ones") {
  CHECK_FALSE(RouteTable::Build(SnapshotOf({Both("/a"), Both("/A/")}), 0).ok());
  RouteSpec get = Cases("/a");
  RouteSpec put = Cases("/A");
  get.methods = {"GET"};
  put.methods = {"PUT"};
  CHECK(Taken({get, put}, "/a", "PUT") == 1);
  CHECK(Taken({get, put}, "/A", "GET") == 0);
}

TEST_CASE("a word for the strict way is as good as none") {
  const RouteSpec strict = {.path = "/a", .any_slash = false, .any_case = false};
  CHECK(Taken({strict}, "/a") == 0);
  CHECK(Taken({strict}, "/a/") == -1);
  CHECK(Taken({strict}, "/A") == -1);
  CHECK(RouteTable::Build(SnapshotOf({strict, {.path = "/a/"}, {.path = "/A"}}), 0).ok());
}

}  // namespace
}  // namespace pinlatch::policy
