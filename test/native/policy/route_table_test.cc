// Which route a request gets, and which routes cannot stand side by side.
#include "policy/route_table.h"

#include "doctest/doctest.h"
#include "policy/test_routes.h"

namespace pinlatch::policy {
namespace {

using std::string;
using std::string_view;
using Kind = RouteMatch::Kind;

constexpr int kNoRoute = -1;
constexpr int kNotAllowed = -2;

struct Request {
  string_view path;
  int expected;  // index of the route, kNoRoute or kNotAllowed
  string_view method = "GET";
  string_view host = "h";
};

int Outcome(const RouteMatch& match) {
  switch (match.kind) {
    case Kind::kFound:
      return static_cast<int>(match.route);
    case Kind::kNoRoute:
      return kNoRoute;
    case Kind::kMethodNotAllowed:
      return kNotAllowed;
  }
  return -3;
}

RouteTable TableOf(const std::vector<RouteSpec>& specs, uint32_t listener = 0) {
  Result<RouteTable> table = RouteTable::Build(SnapshotOf(specs), listener);
  REQUIRE(table.ok());
  return std::move(table).value();
}

void CheckTable(const std::vector<RouteSpec>& specs, std::initializer_list<Request> requests) {
  const RouteTable table = TableOf(specs);
  for (const Request& request : requests) {
    CAPTURE(request.host);
    CAPTURE(request.path);
    CAPTURE(request.method);
    CHECK(Outcome(table.Match(request.host, request.path, request.method)) == request.expected);
  }
}

// CheckConflict expects an error at the last route, naming it and `rival`.
void CheckConflict(const std::vector<RouteSpec>& specs, string_view rival) {
  const Result<RouteTable> table = RouteTable::Build(SnapshotOf(specs), 0);
  REQUIRE_FALSE(table.ok());
  const string last = std::to_string(specs.size() - 1);
  CHECK(table.error().code == ErrorCode::kSnapshotInvalid);
  CHECK(table.error().at == "/routes/" + last);
  CHECK(table.error().detail.find("\"r" + last + "\"") != string::npos);
  CHECK(table.error().detail.find("\"" + string(rival) + "\"") != string::npos);
}

TEST_CASE("a table without routes has none") {
  CheckTable({}, {{"/", kNoRoute}, {"/a", kNoRoute}, {"*", kNoRoute}, {"", kNoRoute}});
}

TEST_CASE("the root is a path of no segments") {
  CheckTable({{"/"}}, {{"/", 0}, {"/a", kNoRoute}, {"/a/", kNoRoute}});
}

TEST_CASE("a literal path matches itself byte by byte") {
  CheckTable({{"/api/customer"}}, {{"/api/customer", 0},
                                   {"/api", kNoRoute},
                                   {"/api/customers", kNoRoute},
                                   {"/api/custome", kNoRoute},
                                   {"/API/customer", kNoRoute},
                                   {"/api/customer/1", kNoRoute},
                                   {"/", kNoRoute}});
}

TEST_CASE("a trailing slash makes another path") {
  CheckTable({{"/a"}, {"/b/"}, {"/c"}, {"/c/"}},
             {{"/a", 0}, {"/a/", kNoRoute}, {"/b", kNoRoute}, {"/b/", 1}, {"/c", 2}, {"/c/", 3}});
}

TEST_CASE("a prefix takes itself, its slash and everything below, on segment borders only") {
  CheckTable({{"/a/*"}}, {{"/a", 0},
                          {"/a/", 0},
                          {"/a/b", 0},
                          {"/a/b/", 0},
                          {"/a/b/c/d", 0},
                          {"/ab", kNoRoute},
                          {"/a.b", kNoRoute},
                          {"/b/a", kNoRoute},
                          {"/", kNoRoute}});
}

TEST_CASE("a prefix of no segments takes every path") {
  CheckTable({{"/*"}}, {{"/", 0}, {"/a", 0}, {"/a/", 0}, {"/a/b/c", 0}});
}

TEST_CASE("the target of OPTIONS * is no path and has no route") {
  CheckTable({{"/*"}, {"/{x}"}}, {{"*", kNoRoute, "OPTIONS"}, {"", kNoRoute}, {"a", kNoRoute}});
}

TEST_CASE("a path that is not canonical has no route, whatever the broad ones say") {
  CheckTable({{"/*"}, {"/a/*"}, {"/{x}/b"}},
             {{"//", kNoRoute}, {"//b", kNoRoute}, {"/a//b", kNoRoute}, {"/a//", kNoRoute}});
}

TEST_CASE("a parameter takes exactly one segment, never none") {
  CheckTable({{"/u/{id}"}, {"/v/{id}/"}, {"/w/{a}/{b}"}}, {{"/u/1", 0},
                                                           {"/u/%20", 0},
                                                           {"/u", kNoRoute},
                                                           {"/u/", kNoRoute},
                                                           {"/u/1/", kNoRoute},
                                                           {"/u/1/2", kNoRoute},
                                                           {"/v/1/", 1},
                                                           {"/v/", kNoRoute},
                                                           {"/v/1", kNoRoute},
                                                           {"/w/1/2", 2},
                                                           {"/w/1", kNoRoute},
                                                           {"/w/1/", kNoRoute}});
}

TEST_CASE("a prefix below a parameter needs the parameter") {
  CheckTable({{"/u/{id}/*"}},
             {{"/u/1", 0}, {"/u/1/", 0}, {"/u/1/x/y", 0}, {"/u", kNoRoute}, {"/u/", kNoRoute}});
}

TEST_CASE("literal goes before parameter, parameter before prefix") {
  CheckTable({{"/a/*"}, {"/a/{x}"}, {"/a/b"}, {"/a"}},
             {{"/a/b", 2}, {"/a/c", 1}, {"/a/c/d", 0}, {"/a/b/d", 0}, {"/a", 3}, {"/a/", 0}});
}

TEST_CASE("the order of the routes does not matter") {
  CheckTable({{"/a"}, {"/a/b"}, {"/a/{x}"}, {"/a/*"}},
             {{"/a/b", 1}, {"/a/c", 2}, {"/a/c/d", 3}, {"/a/b/d", 3}, {"/a", 0}, {"/a/", 3}});
}

TEST_CASE("specificity is decided segment by segment from the left") {
  CheckTable({{"/a/{x}/c"}, {"/{y}/b/c"}, {"/a/*"}, {"/{y}/b/*"}},
             {{"/a/b/c", 0}, {"/z/b/c", 1}, {"/a/b/d", 2}, {"/z/b/d", 3}, {"/z/c", kNoRoute}});
}

TEST_CASE("a more specific branch that leads nowhere is left for the next best") {
  CheckTable(
      {{"/a/b/c"}, {"/a/{x}/d"}, {"/{y}/b/e"}, {"/{y}/{x}/*"}},
      {{"/a/b/c", 0}, {"/a/b/d", 1}, {"/a/b/e", 2}, {"/a/b/f", 3}, {"/a/b", 3}, {"/a/", kNoRoute}});
}

TEST_CASE("a route takes the methods that it lists, as sent") {
  CheckTable({{"/a", {"GET", "POST"}}}, {{"/a", 0, "GET"},
                                         {"/a", 0, "POST"},
                                         {"/a", kNotAllowed, "PUT"},
                                         {"/a", kNotAllowed, "get"},
                                         {"/a", kNotAllowed, ""},
                                         {"/b", kNoRoute, "PUT"}});
}

TEST_CASE("any method does not mean TRACE and TRACK, in any spelling: a route has to list them") {
  const RouteTable any = TableOf({{"/a", {}}});
  CHECK(any.Match("h", "/a", "BREW").kind == RouteMatch::Kind::kFound);
  for (const char* method : {"TRACE", "TRACK", "trace", "Track", "tRACE"}) {
    const RouteMatch match = any.Match("h", "/a", method);
    CHECK(match.kind == RouteMatch::Kind::kMethodNotAllowed);
    CHECK(match.allow == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  }
  const RouteTable listed = TableOf({{"/a", {"TRACE"}}});
  CHECK(listed.Match("h", "/a", "TRACE").kind == RouteMatch::Kind::kFound);
  CHECK(listed.Match("h", "/a", "trace").kind == RouteMatch::Kind::kMethodNotAllowed);
}

TEST_CASE("what is not allowed is answered with what is (RFC 9110 section 15.5.6)") {
  const auto allow = [](const std::vector<RouteSpec>& specs) {
    const RouteTable table = TableOf(specs);
    return std::string(table.Match("h", "/a", "TRACE").allow);
  };
  CHECK(allow({{"/a", {"GET", "POST"}}}) == "GET, HEAD, POST");
  CHECK(allow({{"/a", {"PUT"}}, {"/a", {"GET"}}}) == "PUT, GET, HEAD");
  CHECK(allow({{"/a", {"HEAD"}}, {"/a", {"GET"}}}) == "HEAD, GET");
  CHECK(allow({{"/a", {"GET"}}, {"/a", {"HEAD"}}}) == "GET, HEAD");
  CHECK(allow({{"/b", {"GET"}}}).empty());
}

TEST_CASE("a route without methods takes any") {
  CheckTable({{"/a"}}, {{"/a", 0, "GET"}, {"/a", 0, "BREW"}, {"/a", 0, "get"}});
}

TEST_CASE("routes of one pattern are told apart by method, whatever their parameters are called") {
  CheckTable({{"/a/{id}", {"GET"}}, {"/a/{name}", {"PUT", "POST"}}},
             {{"/a/1", 0, "GET"},
              {"/a/1", 1, "PUT"},
              {"/a/1", 1, "POST"},
              {"/a/1", kNotAllowed, "DELETE"}});
}

TEST_CASE("a less specific route never takes the method that the winner does not") {
  CheckTable({{"/a/b", {"GET"}}, {"/a/{x}", {"PUT"}}, {"/a/*"}, {"/*"}},
             {{"/a/b", kNotAllowed, "PUT"},
              {"/a/b", kNotAllowed, "DELETE"},
              {"/a/c", kNotAllowed, "GET"},
              {"/a/c/d", 2, "DELETE"},
              {"/z", 3, "DELETE"}});
}

TEST_CASE("a route that lists GET takes HEAD, unless one of its pattern lists HEAD") {
  CheckTable(
      {{"/a", {"GET"}}, {"/b", {"GET"}}, {"/b", {"HEAD"}}, {"/c", {"POST"}}, {"/d", {"HEAD"}}},
      {{"/a", 0, "HEAD"},
       {"/b", 1, "GET"},
       {"/b", 2, "HEAD"},
       {"/c", kNotAllowed, "HEAD"},
       {"/d", 4, "HEAD"},
       {"/d", kNotAllowed, "GET"}});
}

TEST_CASE("a host's own routes go before those for any host") {
  CheckTable({{"/*"}, {"/a/*", {}, "h"}, {"/a/b"}}, {{"/a/b", 1, "GET", "h"},
                                                     {"/a/b", 2, "GET", "i"},
                                                     {"/c", 0, "GET", "h"},
                                                     {"/a", 0, "GET", "i"},
                                                     {"/a/b", 2, "GET", ""}});
}

TEST_CASE("a host's own pattern that does not take the method is not passed over either") {
  CheckTable({{"/a"}, {"/a", {"GET"}, "h"}},
             {{"/a", kNotAllowed, "PUT", "h"}, {"/a", 0, "PUT", "i"}});
}

TEST_CASE("hosts are compared whole and as given") {
  CheckTable({{"/", {}, "api.local"}}, {{"/", 0, "GET", "api.local"},
                                        {"/", kNoRoute, "GET", "API.local"},
                                        {"/", kNoRoute, "GET", "api.local."},
                                        {"/", kNoRoute, "GET", "x.api.local"},
                                        {"/", kNoRoute, "GET", "api"},
                                        {"/", kNoRoute, "GET", ""}});
}

TEST_CASE("a host's routes alone leave other hosts without") {
  CheckTable({{"/a", {}, "h"}},
             {{"/a", 0, "GET", "h"}, {"/a", kNoRoute, "GET", "i"}, {"/b", kNoRoute}});
}

TEST_CASE("a listener has its own routes only") {
  const std::vector<RouteSpec> specs = {
      {"/a", {}, {}, {0}}, {"/b", {}, {}, {1}}, {"/c", {}, {}, {0, 1}}, {"/a", {}, {}, {1}}};
  const RouteTable first = TableOf(specs, 0);
  const RouteTable second = TableOf(specs, 1);
  const RouteTable third = TableOf(specs, 2);
  CHECK(Outcome(first.Match("h", "/a", "GET")) == 0);
  CHECK(Outcome(first.Match("h", "/b", "GET")) == kNoRoute);
  CHECK(Outcome(first.Match("h", "/c", "GET")) == 2);
  CHECK(Outcome(second.Match("h", "/a", "GET")) == 3);
  CHECK(Outcome(second.Match("h", "/b", "GET")) == 1);
  CHECK(Outcome(second.Match("h", "/c", "GET")) == 2);
  CHECK(Outcome(third.Match("h", "/c", "GET")) == kNoRoute);
}

TEST_CASE("a table outlives the snapshot and a move") {
  RouteTable table =
      TableOf({{"/one/{id}", {"GET"}, "a-host-name-that-is-long-enough-for-the-heap"}});
  RouteTable moved = std::move(table);
  RouteTable again = TableOf({});
  again = std::move(moved);
  CHECK(Outcome(again.Match("a-host-name-that-is-long-enough-for-the-heap", "/one/2", "GET")) == 0);
}

TEST_CASE("two routes of the same pattern with a method in common cannot be told apart") {
  CheckConflict({{"/a", {"GET"}}, {"/a", {"POST", "GET"}}}, "r0");
  CheckConflict({{"/"}, {"/"}}, "r0");
  CheckConflict({{"/a/"}, {"/a/"}}, "r0");
  CheckConflict({{"/a/*"}, {"/a/*"}}, "r0");
  CheckConflict({{"/*"}, {"/*"}}, "r0");
  CheckConflict({{"/a", {"GET"}}, {"/a", {"PUT"}}, {"/a", {"PUT"}}}, "r1");
}

TEST_CASE("any method overlaps every list, in either order") {
  CheckConflict({{"/a"}, {"/a", {"GET"}}}, "r0");
  CheckConflict({{"/a", {"GET"}}, {"/a"}}, "r0");
}

TEST_CASE("names of parameters do not tell routes apart") {
  CheckConflict({{"/a/{id}/b"}, {"/a/{name}/b"}}, "r0");
  CheckConflict({{"/{id}/*", {"PUT"}}, {"/{name}/*", {"PUT"}}}, "r0");
}

TEST_CASE("routes of the same host conflict like those of any host") {
  CheckConflict({{"/a", {}, "h"}, {"/b", {}, "h"}, {"/a", {}, "h"}}, "r0");
}

TEST_CASE("a conflict on one shared listener is a conflict") {
  CheckConflict({{"/a", {}, {}, {0, 1}}, {"/a", {}, {}, {0}}}, "r0");
}

TEST_CASE("host, listener, pattern, trailing slash and prefix each tell routes apart") {
  CHECK(RouteTable::Build(
            SnapshotOf({{"/a"}, {"/a", {}, "h"}, {"/a", {}, "i"}, {"/a", {}, {}, {1}}}), 0)
            .ok());
  CHECK(
      RouteTable::Build(SnapshotOf({{"/a"}, {"/a/"}, {"/a/*"}, {"/{a}"}, {"/{a}/"}, {"/{a}/*"}}), 0)
          .ok());
}

TEST_CASE("a route that no request can reach is refused: it would guard nothing") {
  struct Case {
    RouteSpec spec;
    string_view words;
  };
  for (const Case& it : {
           Case{{"/a/..;b"}, "the path \"/a/..;b\""},
           {{"/;b/c"}, "the path"},
           {{"/a;b=c"}, "the path"},
           {{"/a/../b"}, "the path"},
           {{"/%61"}, "the path"},
           {{"/%c3%a9"}, "the path"},
           {{"/%C0%AF"}, "the path"},
           {{"/a%2Fb/*"}, "the path"},
           {{"/a b"}, "the path"},
           {{"/", {}, "API.local"}, "the host \"API.local\""},
           {{"/", {}, "api.local."}, "the host"},
           {{"/", {}, "api.local:443"}, "the host"},
           {{"/", {}, "[0:0::1]"}, "the host"},
           {{"/", {}, "*.local"}, "the host"},
       }) {
    CAPTURE(it.spec.path);
    CAPTURE(it.spec.host);
    const Result<RouteTable> table = RouteTable::Build(SnapshotOf({{"/ok"}, it.spec}), 0);
    REQUIRE_FALSE(table.ok());
    CHECK(table.error().code == ErrorCode::kSnapshotInvalid);
    CHECK(table.error().at == "/routes/1");
    CHECK(table.error().detail.find(it.words) != string::npos);
  }
}

TEST_CASE("a route in canonical form can be reached") {
  CHECK(RouteTable::Build(
            SnapshotOf({{"/%C3%A9/a%20b,c=d/{x}/*", {}, "[::1]"}, {"/...", {}, "a_b.local"}}), 0)
            .ok());
}

TEST_CASE("a conflict names where the earlier route stands") {
  const Result<RouteTable> table = RouteTable::Build(SnapshotOf({{"/a"}, {"/a"}}), 0);
  REQUIRE_FALSE(table.ok());
  CHECK(table.error().detail ==
        "found route \"r1\" with the same listener, host and path and a method in common with "
        "route \"r0\" "
        "(/routes/0), expected two that can be told apart");
}

}  // namespace
}  // namespace pinlatch::policy
