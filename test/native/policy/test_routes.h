// Owns the short spelling of routes in these tests: "/a/{x}/*" instead of a tree of structs.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "snapshot/model.h"

namespace pinlatch::policy {

// ProxyIn is the way to the upstream of a route that has one, to be changed.
inline snapshot::ProxyTo& ProxyIn(snapshot::Route& route) {
  return std::get<snapshot::ProxyTo>(route.action);
}

// PatternOf parses "/", "/a", "/a/", "/a/{x}" and "/a/*".
inline snapshot::PathPattern PatternOf(std::string_view text) {
  snapshot::PathPattern pattern;
  size_t begin = 1;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view segment = text.substr(begin, end - begin);
    if (segment == "*") {
      pattern.is_prefix = true;
    } else if (segment.starts_with('{')) {
      pattern.segments.push_back({true, std::string(segment.substr(1, segment.size() - 2))});
    } else {
      pattern.segments.push_back({false, std::string(segment)});
    }
    pattern.trailing_slash = end + 1 == text.size();
    begin = end + 1;
  }
  return pattern;
}

struct RouteSpec {
  std::string_view path;
  std::vector<std::string> methods = {};  // none: any
  std::string_view host = {};             // none: any
  std::vector<uint32_t> listeners = {0};
  std::optional<bool> any_slash = {};
  std::optional<bool> any_case = {};
};

// SnapshotOf makes a snapshot of routes named r0, r1, … at "/routes/0", "/routes/1", …
inline snapshot::Snapshot SnapshotOf(const std::vector<RouteSpec>& specs) {
  snapshot::Snapshot snapshot;
  for (const RouteSpec& spec : specs) {
    const std::string number = std::to_string(snapshot.routes.size());
    snapshot::Route& route = snapshot.routes.emplace_back();
    route.name = "r" + number;
    route.at = "/routes/" + number;
    route.listeners = spec.listeners;
    route.host = spec.host;
    route.path = PatternOf(spec.path);
    route.path.any_slash = spec.any_slash;
    route.path.any_case = spec.any_case;
    route.methods = spec.methods;
  }
  return snapshot;
}

}  // namespace pinlatch::policy
