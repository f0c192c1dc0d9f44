// Owns the search for routes that are passed by: a request that differs in its trailing slash or in
// case goes to another route, which has other rules, and on to a service that may see no
// difference. For operators; it decides nothing. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "policy/route_differences.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// PassedRoute is one such pair.
struct PassedRoute {
  uint32_t route = 0;             // the narrow one, an index into Snapshot::routes
  uint32_t by = 0;                // the one that takes what passes it
  Differences differences;        // what passing changes, never nothing
  std::string path;               // one that the narrow route takes
  std::vector<std::string> ways;  // those that pass: "/api/admin/", "/api/ADMIN"
  bool by_slash = false;          // the configuration does not say what a trailing slash is
  bool by_case = false;           // the same of case
};

// kMostPassedRoutes bounds what is looked for.
inline constexpr size_t kMostPassedRoutes = 100;

// FindPassedRoutes asks the route tables of all listeners. A route that says what a trailing slash
// and case are to its service is not looked at any further. Errors: those of RouteTable::Build.
Result<std::vector<PassedRoute>> FindPassedRoutes(const snapshot::Snapshot& snapshot);

}  // namespace pinlatch::policy
