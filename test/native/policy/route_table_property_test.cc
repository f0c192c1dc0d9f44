// The table against a matcher that is too simple to be wrong: it tries every route and compares
// what fits. Seeded, so that a failure can be seen again.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "policy/route_table.h"

namespace pinlatch::policy {
namespace {

using snapshot::PathPattern;
using snapshot::Route;
using snapshot::Snapshot;
using Kind = RouteMatch::Kind;

// PathParts is a path cut up: "/a/b/" is {a, b} with a trailing slash.
struct PathParts {
  std::vector<std::string> segments;
  bool trailing_slash = false;
};

std::string TextOf(const PathParts& path) {
  if (path.segments.empty()) return "/";
  std::string text;
  for (const std::string& segment : path.segments) text += "/" + segment;
  return path.trailing_slash ? text + "/" : text;
}

std::string Lowered(std::string text, bool really) {
  for (char& c : text) {
    if (really && c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

bool Fits(const PathPattern& pattern, const PathParts& path) {
  if (path.segments.size() < pattern.segments.size()) return false;
  const bool folds = pattern.IgnoresCase();
  for (size_t i = 0; i < pattern.segments.size(); ++i) {
    if (!pattern.segments[i].is_parameter &&
        Lowered(pattern.segments[i].text, folds) != Lowered(path.segments[i], folds))
      return false;
  }
  if (pattern.is_prefix) return true;
  return path.segments.size() == pattern.segments.size() &&
         (pattern.TakesEitherSlash() || path.trailing_slash == pattern.trailing_slash);
}

// Rank orders the patterns that fit one path: at each segment literal, then parameter, then the end
// of a prefix.
std::vector<int> Rank(const Route& route) {
  std::vector<int> rank = {route.host.empty() ? 1 : 0};
  for (const auto& segment : route.path.segments) rank.push_back(segment.is_parameter ? 1 : 0);
  rank.push_back(route.path.is_prefix ? 2 : 0);
  return rank;
}

bool Lists(const Route& route, std::string_view method) {
  return std::find(route.methods.begin(), route.methods.end(), method) != route.methods.end();
}

RouteMatch NaiveMatch(const Snapshot& snapshot, uint32_t listener, std::string_view host,
                      const PathParts& path, std::string_view method) {
  std::vector<uint32_t> best;
  for (uint32_t i = 0; i < snapshot.routes.size(); ++i) {
    const Route& route = snapshot.routes[i];
    if (std::find(route.listeners.begin(), route.listeners.end(), listener) ==
        route.listeners.end())
      continue;
    if (!route.host.empty() && route.host != host) continue;
    if (!Fits(route.path, path)) continue;
    if (!best.empty() && Rank(route) < Rank(snapshot.routes[best[0]])) best.clear();
    if (best.empty() || Rank(route) == Rank(snapshot.routes[best[0]])) best.push_back(i);
  }
  if (best.empty()) return {};
  for (const std::string_view wanted :
       {method, method == "HEAD" ? std::string_view("GET") : method}) {
    for (const uint32_t i : best) {
      const Route& route = snapshot.routes[i];
      if (route.methods.empty() || Lists(route, wanted)) return {Kind::kFound, i, {}};
    }
  }
  return {Kind::kMethodNotAllowed, 0, {}};
}

// SameShape is of patterns that some path fits alike, when it is lenient as either of them.
bool SameShape(const PathPattern& a, const PathPattern& b) {
  const bool folds = a.IgnoresCase() || b.IgnoresCase();
  const bool any_slash = a.TakesEitherSlash() || b.TakesEitherSlash();
  return a.is_prefix == b.is_prefix && (any_slash || a.trailing_slash == b.trailing_slash) &&
         std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                    [folds](const auto& x, const auto& y) {
                      return x.is_parameter == y.is_parameter &&
                             (x.is_parameter || Lowered(x.text, folds) == Lowered(y.text, folds));
                    });
}

bool EquallyLenient(const PathPattern& a, const PathPattern& b) {
  return a.IgnoresCase() == b.IgnoresCase() && a.TakesEitherSlash() == b.TakesEitherSlash();
}

bool Conflict(const Route& a, const Route& b, uint32_t listener) {
  for (const Route* route : {&a, &b}) {
    if (std::find(route->listeners.begin(), route->listeners.end(), listener) ==
        route->listeners.end())
      return false;
  }
  if (a.host != b.host || !SameShape(a.path, b.path)) return false;
  if (!EquallyLenient(a.path, b.path)) return true;
  if (a.methods.empty() || b.methods.empty()) return true;
  return std::any_of(a.methods.begin(), a.methods.end(),
                     [&](const auto& method) { return Lists(b, method); });
}

// FirstConflict returns the first route that conflicts with an earlier one.
std::optional<size_t> FirstConflict(const Snapshot& snapshot, uint32_t listener) {
  for (size_t later = 1; later < snapshot.routes.size(); ++later) {
    for (size_t earlier = 0; earlier < later; ++earlier) {
      if (Conflict(snapshot.routes[earlier], snapshot.routes[later], listener)) return later;
    }
  }
  return std::nullopt;
}

// Dice makes routes and requests from so small an alphabet that they meet all the time.
class Dice {
 public:
  // A lenient one makes routes that pass over slashes and case, and letters of both cases.
  explicit Dice(uint32_t seed, bool lenient = false) : engine_(seed), lenient_(lenient) {}

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(engine_() % bound); }
  bool OneIn(uint32_t bound) { return Below(bound) == 0; }
  template <size_t kCount>
  std::string OneOf(const char* const (&choices)[kCount]) {
    return choices[Below(kCount)];
  }

  std::string Host() { return OneOf({"", "h", "i"}); }
  std::string Method() { return OneOf({"GET", "HEAD", "PUT", "POST", "get"}); }
  std::string Literal() { return Cased(OneOf({"a", "b", "c"})); }
  std::string Cased(std::string text) {
    if (lenient_ && OneIn(3)) text.front() = static_cast<char>(text.front() ^ 0x20);
    return text;
  }

  PathParts Path() {
    PathParts path;
    for (uint32_t i = Below(6); i > 0; --i)
      path.segments.push_back(Cased(OneOf({"a", "b", "c", "d"})));
    path.trailing_slash = !path.segments.empty() && OneIn(4);
    return path;
  }

  Route NewRoute(size_t number) {
    Route route;
    route.name = "r" + std::to_string(number);
    route.at = "/routes/" + std::to_string(number);
    if (!OneIn(4)) route.listeners.push_back(0);
    if (route.listeners.empty() || OneIn(4)) route.listeners.push_back(1);
    route.host = OneIn(2) ? "" : Host();
    for (uint32_t i = Below(5); i > 0; --i) {
      const bool is_parameter = OneIn(3);
      route.path.segments.push_back(
          {is_parameter, is_parameter ? "p" + std::to_string(number) : Literal()});
    }
    route.path.is_prefix = OneIn(3);
    route.path.trailing_slash = !route.path.is_prefix && !route.path.segments.empty() && OneIn(4);
    for (const char* method : {"GET", "HEAD", "PUT"}) {
      if (OneIn(3)) route.methods.emplace_back(method);
    }
    if (lenient_) BeLenient(route.path);
    return route;
  }

 private:
  void BeLenient(PathPattern& path) {
    if (OneIn(2)) path.any_case = OneIn(2);
    if (!path.is_prefix && !path.segments.empty() && OneIn(2)) path.any_slash = OneIn(2);
  }

  std::mt19937 engine_;
  const bool lenient_;
};

Snapshot RandomSnapshot(Dice& dice, bool conflicts) {
  Snapshot snapshot;
  for (uint32_t i = dice.Below(40); i > 0; --i) {
    snapshot.routes.push_back(dice.NewRoute(snapshot.routes.size()));
    if (!conflicts && (FirstConflict(snapshot, 0) || FirstConflict(snapshot, 1)))
      snapshot.routes.pop_back();
  }
  return snapshot;
}

void CompareWithNaive(Dice dice) {
  int found = 0;
  int not_allowed = 0;
  int no_route = 0;
  for (int round = 0; round < 1000; ++round) {
    const Snapshot snapshot = RandomSnapshot(dice, false);
    const uint32_t listener = dice.Below(2);
    const Result<RouteTable> table = RouteTable::Build(snapshot, listener);
    REQUIRE(table.ok());
    for (int i = 0; i < 120; ++i) {
      const std::string host = dice.Host();
      const PathParts path = dice.Path();
      const std::string method = dice.Method();
      const RouteMatch expected = NaiveMatch(snapshot, listener, host, path, method);
      const RouteMatch actual = table->Match(host, TextOf(path), method);
      found += expected.kind == Kind::kFound;
      not_allowed += expected.kind == Kind::kMethodNotAllowed;
      no_route += expected.kind == Kind::kNoRoute;
      if (actual.kind == expected.kind && actual.route == expected.route) continue;
      CAPTURE(round);
      CAPTURE(TextOf(path));
      CAPTURE(host);
      CAPTURE(method);
      CHECK(actual.kind == expected.kind);
      CHECK(actual.route == expected.route);
    }
  }
  // The dice must have thrown every outcome often, or nothing has been shown.
  CHECK(found > 20000);
  CHECK(not_allowed > 10000);
  CHECK(no_route > 10000);
}

TEST_CASE("a random table answers every random request as trying all routes does") {
  SUBCASE("where every difference counts") { CompareWithNaive(Dice(20260501)); }
  SUBCASE("where routes pass over slashes and case") { CompareWithNaive(Dice(20260503, true)); }
}

void CompareConflicts(Dice dice) {
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    const Snapshot snapshot = RandomSnapshot(dice, true);
    const std::optional<size_t> expected = FirstConflict(snapshot, 0);
    const Result<RouteTable> table = RouteTable::Build(snapshot, 0);
    CAPTURE(round);
    REQUIRE(table.ok() == !expected.has_value());
    if (!expected.has_value()) continue;
    ++refused;
    CHECK(table.error().at == snapshot.routes[*expected].at);
  }
  CHECK(refused > 500);
  CHECK(refused < 2800);
}

TEST_CASE("a random table is refused at the first route that conflicts, and only then") {
  SUBCASE("where every difference counts") { CompareConflicts(Dice(20260502)); }
  SUBCASE("where routes pass over slashes and case") { CompareConflicts(Dice(20260504, true)); }
}

}  // namespace
}  // namespace pinlatch::policy
