// See passed_routes.h.
#include "policy/passed_routes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "policy/route_differences.h"
#include "policy/route_table.h"

namespace pinlatch::policy {
namespace {

using snapshot::Endpoint;
using snapshot::PathPattern;
using snapshot::Route;
using snapshot::Snapshot;

// No literal of a configuration is likely to be this.
constexpr std::string_view kAnySegment = "p~~p";

// What a route without methods may be asked with; one that lists its own is asked with those too.
constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};

// SwapCase changes the case of all letters outside of percent-encodings, whose case is settled.
std::string SwapCase(std::string_view text) {
  std::string swapped(text);
  for (size_t i = 0; i < swapped.size(); ++i) {
    if (swapped[i] == '%') {
      i += 2;
    } else if (IsLetter(swapped[i])) {
      swapped[i] = static_cast<char>(swapped[i] ^ 0x20);
    }
  }
  return swapped;
}

// PathWith writes a path of the pattern, with `text` in place of the literal at `index`.
std::string PathWith(const PathPattern& pattern, size_t index, std::string_view text) {
  std::string path;
  for (size_t i = 0; i < pattern.segments.size(); ++i) {
    const snapshot::PathSegment& segment = pattern.segments[i];
    path += '/';
    path += i == index ? text : segment.is_parameter ? kAnySegment : segment.text;
  }
  if (path.empty() || pattern.trailing_slash) path += '/';
  return path;
}

std::string PathOf(const PathPattern& pattern) {
  return PathWith(pattern, pattern.segments.size(), {});
}

struct Way {
  std::string path;
  bool is_slash;
};

// WaysAround are paths that some services take for one of the pattern, and the route does not.
std::vector<Way> WaysAround(const PathPattern& pattern) {
  std::vector<Way> ways;
  if (!pattern.is_prefix && !pattern.segments.empty() && !pattern.any_slash.has_value()) {
    PathPattern other = pattern;
    other.trailing_slash = !pattern.trailing_slash;
    ways.push_back({PathOf(other), true});
  }
  if (pattern.any_case.has_value()) return ways;
  for (size_t i = 0; i < pattern.segments.size(); ++i) {
    const snapshot::PathSegment& segment = pattern.segments[i];
    const std::string swapped = SwapCase(segment.text);
    if (segment.is_parameter || swapped == segment.text) continue;
    ways.push_back({PathWith(pattern, i, swapped), false});
  }
  return ways;
}

bool AreSame(const Endpoint& a, const Endpoint& b) {
  return a.kind == b.kind && a.host == b.host && a.port == b.port && a.path == b.path;
}

// LeadToOneService says whether what passes `narrow` by `broad` comes to what `narrow` guards.
bool LeadToOneService(const Snapshot& snapshot, const Route& narrow, const Route& broad) {
  const snapshot::ProxyTo* around = snapshot::ProxyOf(broad.action);
  const snapshot::ProxyTo* guarded = snapshot::ProxyOf(narrow.action);
  if (around == nullptr) return false;
  if (guarded == nullptr) return IsThereToRefuse(narrow);
  if (guarded->upstream == around->upstream) return true;
  const auto& endpoints = snapshot.upstreams[guarded->upstream].endpoints;
  const auto& others = snapshot.upstreams[around->upstream].endpoints;
  return std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) {
    return std::any_of(others.begin(), others.end(),
                       [&](const Endpoint& other) { return AreSame(endpoint, other); });
  });
}

// Search is one listener's.
class Search {
 public:
  Search(const Snapshot& snapshot, uint32_t listener, const RouteTable& table,
         std::vector<PassedRoute>& into)
      : snapshot_(snapshot), listener_(listener), table_(table), into_(into) {}

  void LookAt(uint32_t index) {
    const Route& route = snapshot_.routes[index];
    for (const Way& way : WaysAround(route.path)) {
      if (auto by = PassedBy(route, way.path)) Note(index, *std::move(by), way);
    }
  }

 private:
  struct Passed {
    uint32_t by;
    Differences differences;
  };

  // PassedBy finds the route that takes a way around with a method for which it has other rules.
  std::optional<Passed> PassedBy(const Route& route, const std::string& way) const {
    const std::string path = PathOf(route.path);
    for (const std::string_view method : kMethods) {
      if (auto by = PassedWith(method, route, path, way)) return by;
    }
    for (const std::string& method : route.methods) {
      if (auto by = PassedWith(method, route, path, way)) return by;
    }
    return std::nullopt;
  }

  std::optional<Passed> PassedWith(std::string_view method, const Route& route,
                                   const std::string& path, const std::string& way) const {
    const RouteMatch around = table_.Match(route.host, way, method);
    if (around.kind != RouteMatch::Kind::kFound) return std::nullopt;
    const RouteMatch straight = table_.Match(route.host, path, method);
    const bool is_taken = straight.kind == RouteMatch::Kind::kFound;
    const Route& guard = is_taken ? snapshot_.routes[straight.route] : route;
    const Route& by = snapshot_.routes[around.route];
    if (&guard == &by || !LeadToOneService(snapshot_, guard, by)) return std::nullopt;
    Differences differences = WhatPassingChanges(guard, by, snapshot_.listeners[listener_]);
    if (!is_taken) differences.emplace_back("takes other methods");
    if (differences.empty()) return std::nullopt;
    return Passed{around.route, std::move(differences)};
  }

  // Note keeps each pair once, also where it is found on several listeners.
  void Note(uint32_t route, Passed passed, const Way& way) {
    auto known = std::find_if(into_.begin(), into_.end(), [&](const PassedRoute& one) {
      return one.route == route && one.by == passed.by;
    });
    if (known == into_.end()) {
      if (into_.size() == kMostPassedRoutes) return;
      known = into_.insert(into_.end(), {route,
                                         passed.by,
                                         std::move(passed.differences),
                                         PathOf(snapshot_.routes[route].path),
                                         {}});
    }
    if (std::find(known->ways.begin(), known->ways.end(), way.path) != known->ways.end()) return;
    known->ways.push_back(way.path);
    (way.is_slash ? known->by_slash : known->by_case) = true;
  }

  const Snapshot& snapshot_;
  const uint32_t listener_;
  const RouteTable& table_;
  std::vector<PassedRoute>& into_;
};

bool HoldsOn(const Route& route, uint32_t listener) {
  return std::find(route.listeners.begin(), route.listeners.end(), listener) !=
         route.listeners.end();
}

}  // namespace

Result<std::vector<PassedRoute>> FindPassedRoutes(const Snapshot& snapshot) {
  std::vector<PassedRoute> passed;
  for (uint32_t listener = 0; listener < snapshot.listeners.size(); ++listener) {
    PINLATCH_ASSIGN(const RouteTable table, RouteTable::Build(snapshot, listener));
    Search search(snapshot, listener, table, passed);
    for (uint32_t i = 0; i < snapshot.routes.size(); ++i) {
      if (HoldsOn(snapshot.routes[i], listener)) search.LookAt(i);
    }
  }
  return passed;
}

}  // namespace pinlatch::policy
