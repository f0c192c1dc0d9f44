// Owns route matching for one listener: (host, canonical path, method) → route. Pure; immutable
// after Build; the cost of a match grows with the length of the path, not with the number of
// routes.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// kAnyMethod is what the Allow field says where any method but TRACE and TRACK is taken.
inline constexpr std::string_view kAnyMethod = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

// RouteMatch is the outcome: a route, or why there is none.
struct RouteMatch {
  enum class Kind : uint8_t { kFound, kNoRoute, kMethodNotAllowed } kind = Kind::kNoRoute;
  uint32_t route = 0;  // index into Snapshot::routes, with kFound
  // The value of the Allow field (RFC 9110 section 10.2.1), unless kNoRoute; a view into the table.
  std::string_view allow;
};

// RouteTable is a tree of path segments per host. The most specific pattern wins, segment by
// segment from the left: literal before parameter before prefix; a host's own routes before those
// for any host. A branch that fits the first segments but not the whole path is left again for the
// next best. When the winning pattern does not take the method the answer is kMethodNotAllowed: a
// less specific route is never tried instead, so that a broad rule cannot open what a narrow one
// guards.
//
// "/a/*" takes "/a", "/a/" and everything below; a parameter takes exactly one segment, which is
// not empty; "/a" and "/a/" are two patterns, and so are "/a" and "/A", unless a route takes both
// alike (PathPattern::any_slash, any_case), which makes it no less specific. A route that lists GET
// takes HEAD too (RFC 9110 section 9.3.2), unless a route of the same pattern lists HEAD itself:
// GET and HEAD do not overlap. A route without methods takes all but TRACE and TRACK in any
// spelling.
class RouteTable {
 public:
  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;
  ~RouteTable();

  // Build makes the table of the routes that apply to `listener`. It borrows nothing from the
  // snapshot. Error: kSnapshotInvalid, with the route's `at`, when two routes cannot be told apart
  // (same host and pattern, overlapping methods; or patterns that some request fits alike, of which
  // only one is lenient; the error is at the later one) or when no request can reach a route
  // because its host or path is not in canonical form (reachable.h).
  static Result<RouteTable> Build(const snapshot::Snapshot& snapshot, uint32_t listener);

  // Match finds the route. `host` is lower case without port (empty when unknown), `path` is
  // canonical, `method` as sent. A path that is not absolute ("*") or holds "//" has no route.
  // Allocates nothing.
  RouteMatch Match(std::string_view host, std::string_view path, std::string_view method) const;

 private:
  struct Impl;
  explicit RouteTable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::policy
