// See route_table.h. Patterns whose case counts and those whose case does not have a tree each;
// what the two find for a path is compared by how specific it is.
#include "policy/route_table.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/head.h"
#include "policy/keyed_edges.h"
#include "policy/path_likeness.h"
#include "policy/path_tree.h"
#include "policy/reachable.h"

namespace pinlatch::policy {
namespace {

constexpr uint32_t kNone = 0;
constexpr uint32_t kAnyHost = 0;

// Pattern is one path pattern of one host: the routes that share it, told apart by their methods.
struct Pattern {
  std::optional<uint32_t> any_method;  // the route that takes every method
  std::optional<uint32_t>
      first_listed;   // some route that lists its methods; they are in Impl::methods
  std::string allow;  // those methods, as the Allow field lists them
  std::string rank;   // RankOf
};

// HostRoots are where the patterns of a host begin.
struct HostRoots {
  uint32_t plain = 0;
  uint32_t folded = 0;
};

// IsTraced: these have a service send back what it got (RFC 9110 section 9.3.8), the gateway's
// fields included. "Any method" does not mean them: a route has to list them. Methods have a case
// (section 9.1), but not to every service, so that "any" means no spelling of them.
bool IsTraced(std::string_view method) {
  return http::EqualsIgnoringCase(method, "TRACE") || http::EqualsIgnoringCase(method, "TRACK");
}

void Allow(Pattern& pattern, std::string_view method) {
  pattern.allow.append(pattern.allow.empty() ? "" : ", ").append(method);
}

// IsAbsolute leaves out "*" and everything that http::CanonicalPath would not have written, such as
// "//".
bool IsAbsolute(std::string_view path) {
  return path.starts_with('/') && path.find("//") == std::string_view::npos;
}

Error Conflict(const snapshot::Route& route, std::string_view what, const snapshot::Route& earlier,
               std::string_view expected) {
  std::string detail = "found route \"" + route.name + "\" with ";
  detail.append(what).append(" route \"" + earlier.name + "\" (" + earlier.at + "), expected ");
  return Error(ErrorCode::kSnapshotInvalid, detail.append(expected), route.at);
}

bool IsLenient(const snapshot::Route& route) {
  return route.path.IgnoresCase() || route.path.TakesEitherSlash();
}

// LikeRoutes finds routes whose patterns some request would fit alike, though not all requests:
// which of them it gets would be for us to choose.
class LikeRoutes {
 public:
  // Add returns the earlier route that is the first such rival of this one.
  std::optional<uint32_t> Add(const snapshot::Snapshot& snapshot, uint32_t index) {
    const snapshot::Route& route = snapshot.routes[index];
    std::vector<uint32_t>& like = by_shape_[route.host + " " + ShapeOf(route.path)];
    bool is_known = false;
    for (const uint32_t earlier : like) {
      const snapshot::PathPattern& other = snapshot.routes[earlier].path;
      if (!FitAlike(other, route.path)) continue;
      if (!AreEquallyLenient(other, route.path)) return earlier;
      is_known = true;  // the same pattern
    }
    if (!is_known) like.push_back(index);
    return std::nullopt;
  }

 private:
  std::unordered_map<std::string, std::vector<uint32_t>> by_shape_;  // one route for each pattern
};

}  // namespace

struct RouteTable::Impl {
  PathTree<KeyedEdges> plain;
  PathTree<FoldedEdges> folded;  // of patterns that ignore case
  bool has_folded = false;
  std::vector<HostRoots> roots{HostRoots()};
  std::vector<Pattern> patterns{Pattern()};  // entry 0 is unused
  KeyedEdges hosts;                          // (kAnyHost, host) → index into `roots`
  KeyedEdges methods;                        // (pattern, method) → route

  Status Add(const snapshot::Snapshot& snapshot, uint32_t route);
  uint32_t FindPattern(const HostRoots& host, std::string_view path) const;
  std::optional<uint32_t> FindRoute(uint32_t pattern, std::string_view method) const;

 private:
  HostRoots RootsFor(const std::string& host);
  uint32_t PatternFor(const snapshot::Route& route);
  std::optional<uint32_t> Occupy(uint32_t pattern, const snapshot::Route& route, uint32_t index);
};

HostRoots RouteTable::Impl::RootsFor(const std::string& host) {
  if (host.empty()) return roots[kAnyHost];
  if (const auto known = hosts.Find(kAnyHost, host)) return roots[*known];
  hosts.Add(kAnyHost, host, static_cast<uint32_t>(roots.size()));
  return roots.emplace_back(HostRoots{plain.NewRoot(), folded.NewRoot()});
}

uint32_t RouteTable::Impl::PatternFor(const snapshot::Route& route) {
  const HostRoots host = RootsFor(route.host);
  has_folded |= route.path.IgnoresCase();
  const auto [first, second] = route.path.IgnoresCase() ? folded.EndsOf(host.folded, route.path)
                                                        : plain.EndsOf(host.plain, route.path);
  if (*first == kNone) {
    *first = static_cast<uint32_t>(patterns.size());
    patterns.emplace_back().rank = RankOf(route.path);
  }
  if (second != nullptr) *second = *first;
  return *first;
}

// Occupy gives the route its methods of the pattern, or returns the route that has one of them
// already.
std::optional<uint32_t> RouteTable::Impl::Occupy(uint32_t pattern, const snapshot::Route& route,
                                                 uint32_t index) {
  Pattern& shared = patterns[pattern];
  if (shared.any_method.has_value()) return shared.any_method;
  if (route.methods.empty()) {
    if (shared.first_listed.has_value()) return shared.first_listed;
    shared.any_method = index;
    shared.allow = kAnyMethod;
    return std::nullopt;
  }
  for (const std::string& method : route.methods) {
    const uint32_t owner = methods.Add(pattern, method, index);
    if (owner != index) return owner;
    if (method != "HEAD" || !methods.Find(pattern, "GET").has_value()) Allow(shared, method);
    // FindRoute gives HEAD to the route that lists GET.
    if (method == "GET" && !methods.Find(pattern, "HEAD").has_value()) Allow(shared, "HEAD");
  }
  if (!shared.first_listed.has_value()) shared.first_listed = index;
  return std::nullopt;
}

Status RouteTable::Impl::Add(const snapshot::Snapshot& snapshot, uint32_t index) {
  const snapshot::Route& route = snapshot.routes[index];
  const std::optional<uint32_t> rival = Occupy(PatternFor(route), route, index);
  if (!rival.has_value()) return {};
  return Conflict(route, "the same listener, host and path and a method in common with",
                  snapshot.routes[*rival], "two that can be told apart");
}

// FindPattern returns the most specific pattern of a host for `path`. Two of the same rank would
// fit it alike, which LikeRoutes does not let stand side by side.
uint32_t RouteTable::Impl::FindPattern(const HostRoots& host, std::string_view path) const {
  const uint32_t by_case = plain.Find(host.plain, path);
  if (!has_folded) return by_case;
  const uint32_t by_letters = folded.Find(host.folded, path);
  if (by_case == kNone || by_letters == kNone) return std::max(by_case, by_letters);
  return patterns[by_case].rank < patterns[by_letters].rank ? by_letters : by_case;
}

// FindRoute returns the route of a pattern that takes `method`. HEAD is GET without the content
// (RFC 9110 section 9.3.2): a route that lists GET takes it too, unless another one lists HEAD
// itself.
std::optional<uint32_t> RouteTable::Impl::FindRoute(uint32_t pattern,
                                                    std::string_view method) const {
  if (const auto any = patterns[pattern].any_method) {
    return IsTraced(method) ? std::nullopt : any;
  }
  if (const auto listed = methods.Find(pattern, method)) return listed;
  return method == "HEAD" ? methods.Find(pattern, "GET") : std::nullopt;
}

RouteTable::RouteTable(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;
RouteTable::~RouteTable() = default;

Result<RouteTable> RouteTable::Build(const snapshot::Snapshot& snapshot, uint32_t listener) {
  std::vector<uint32_t> own;
  bool any_lenient = false;
  for (uint32_t i = 0; i < snapshot.routes.size(); ++i) {
    const std::vector<uint32_t>& listeners = snapshot.routes[i].listeners;
    if (std::find(listeners.begin(), listeners.end(), listener) == listeners.end()) continue;
    own.push_back(i);
    any_lenient |= IsLenient(snapshot.routes[i]);
  }
  auto impl = std::make_unique<Impl>();
  LikeRoutes like;
  for (const uint32_t i : own) {
    PINLATCH_TRY(CheckReachable(snapshot.routes[i]));
    if (const auto rival = any_lenient ? like.Add(snapshot, i) : std::nullopt) {
      return Conflict(snapshot.routes[i], "a path that some request fits as well as that of",
                      snapshot.routes[*rival],
                      "the same \"trailingSlash\" and \"ignoreCase\" of both");
    }
    PINLATCH_TRY(impl->Add(snapshot, i));
  }
  return RouteTable(std::move(impl));
}

RouteMatch RouteTable::Match(std::string_view host, std::string_view path,
                             std::string_view method) const {
  if (!IsAbsolute(path)) return {};
  // "/" is no segment at all: its slash is not a trailing one.
  const std::string_view segments = path == "/" ? std::string_view() : path;
  uint32_t pattern = kNone;
  if (const auto own = impl_->hosts.Find(kAnyHost, host)) {
    pattern = impl_->FindPattern(impl_->roots[*own], segments);
  }
  if (pattern == kNone) pattern = impl_->FindPattern(impl_->roots[kAnyHost], segments);
  if (pattern == kNone) return {};

  const std::optional<uint32_t> route = impl_->FindRoute(pattern, method);
  const std::string_view allow = impl_->patterns[pattern].allow;
  if (route.has_value()) return {RouteMatch::Kind::kFound, *route, allow};
  return {RouteMatch::Kind::kMethodNotAllowed, 0, allow};
}

}  // namespace pinlatch::policy
