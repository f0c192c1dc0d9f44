// Owns route matching for one listener: (host, canonical path, method) → route. Pure; immutable after Build; the cost of a
// match grows with the length of the path, not with the number of routes.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// RouteMatch is the outcome: a route, or why there is none.
struct RouteMatch {
  enum class Kind : uint8_t { kFound, kNoRoute, kMethodNotAllowed } kind = Kind::kNoRoute;
  uint32_t route = 0;  // index into Snapshot::routes, with kFound
};

// RouteTable is a tree of path segments per host. The most specific pattern wins, segment by segment from the left:
// literal before parameter before prefix; a host's own routes before those for any host. When the winning pattern does
// not take the method the answer is kMethodNotAllowed: a less specific route is never tried instead, so that a broad rule
// cannot open what a narrow one guards.
class RouteTable {
 public:
  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;
  ~RouteTable();

  // Build makes the table of the routes that apply to `listener`. It borrows nothing from the snapshot. Error:
  // kSnapshotInvalid (with `at`) when two routes cannot be told apart: same host and pattern, overlapping methods.
  static Result<RouteTable> Build(const snapshot::Snapshot& snapshot, uint32_t listener);

  // Match finds the route. `host` is lower case without port (empty when unknown), `path` is canonical, `method` as sent.
  RouteMatch Match(std::string_view host, std::string_view path, std::string_view method) const;

 private:
  struct Impl;
  explicit RouteTable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::policy
