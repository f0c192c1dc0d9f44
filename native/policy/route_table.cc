// See route_table.h. One arena of nodes for all hosts: a host is a root, a path segment an edge,
// and each node may end three patterns. Numbers instead of pointers keep a node at 16 bytes; 0 is
// the root of the any-host tree and so never a child, which lets it mean "none".
#include "policy/route_table.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "policy/keyed_edges.h"
#include "policy/reachable.h"

namespace pinlatch::policy {
namespace {

constexpr uint32_t kNone = 0;
constexpr uint32_t kAnyHostRoot = 0;

// Pattern is one path pattern of one host: the routes that share it, told apart by their methods.
struct Pattern {
  std::optional<uint32_t> any_method;  // the route that takes every method
  std::optional<uint32_t>
      first_listed;   // some route that lists its methods; they are in Impl::methods
  std::string allow;  // those methods, as the Allow field lists them
};

struct Node {
  uint32_t parameter = kNone;  // the child for any one segment
  // Indices into Impl::patterns, whose entry 0 is unused.
  uint32_t exact = kNone;           // "/a"
  uint32_t trailing_slash = kNone;  // "/a/"
  uint32_t prefix = kNone;          // "/a/*"
};

// Segment splits "/first/rest" and returns what is between the first two slashes; `rest` keeps its
// leading slash.
std::string_view Segment(std::string_view path, std::string_view& rest) {
  const std::string_view behind_slash = path.substr(1);
  const size_t end = std::min(behind_slash.find('/'), behind_slash.size());
  rest = behind_slash.substr(end);
  return behind_slash.substr(0, end);
}

// IsTraced: these have a service send back what it got (RFC 9110 section 9.3.8), the gateway's
// fields included. "Any method" does not mean them: a route has to list them.
bool IsTraced(std::string_view method) { return method == "TRACE" || method == "TRACK"; }

// What the Allow field says where any method but those is taken.
constexpr std::string_view kAnyMethod = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

void Allow(Pattern& pattern, std::string_view method) {
  pattern.allow.append(pattern.allow.empty() ? "" : ", ").append(method);
}

// IsAbsolute leaves out "*" and everything that http::CanonicalPath would not have written, such as
// "//".
bool IsAbsolute(std::string_view path) {
  return path.starts_with('/') && path.find("//") == std::string_view::npos;
}

}  // namespace

struct RouteTable::Impl {
  std::vector<Node> nodes{Node()};
  std::vector<Pattern> patterns{Pattern()};
  KeyedEdges literals;  // (node, segment) → node
  KeyedEdges hosts;     // (kAnyHostRoot, host) → root node
  KeyedEdges methods;   // (pattern, method) → route

  Status Add(const snapshot::Snapshot& snapshot, uint32_t route);
  uint32_t FindPattern(uint32_t node, std::string_view path) const;
  std::optional<uint32_t> FindRoute(uint32_t pattern, std::string_view method) const;

 private:
  uint32_t NewNode();
  uint32_t RootFor(const std::string& host);
  uint32_t ChildFor(uint32_t node, const snapshot::PathSegment& segment);
  uint32_t PatternFor(const snapshot::Route& route);
  std::optional<uint32_t> Occupy(uint32_t pattern, const snapshot::Route& route, uint32_t index);
};

uint32_t RouteTable::Impl::NewNode() {
  nodes.emplace_back();
  return static_cast<uint32_t>(nodes.size() - 1);
}

uint32_t RouteTable::Impl::RootFor(const std::string& host) {
  if (host.empty()) return kAnyHostRoot;
  if (const auto root = hosts.Find(kAnyHostRoot, host)) return *root;
  return hosts.Add(kAnyHostRoot, host, NewNode());
}

uint32_t RouteTable::Impl::ChildFor(uint32_t node, const snapshot::PathSegment& segment) {
  if (!segment.is_parameter) {
    if (const auto child = literals.Find(node, segment.text)) return *child;
    return literals.Add(node, segment.text, NewNode());
  }
  // The name of a parameter is not part of the shape.
  if (nodes[node].parameter == kNone) {
    const uint32_t child = NewNode();
    nodes[node].parameter = child;
  }
  return nodes[node].parameter;
}

uint32_t RouteTable::Impl::PatternFor(const snapshot::Route& route) {
  uint32_t node = RootFor(route.host);
  for (const snapshot::PathSegment& segment : route.path.segments) node = ChildFor(node, segment);
  Node& last = nodes[node];
  uint32_t& pattern = route.path.is_prefix        ? last.prefix
                      : route.path.trailing_slash ? last.trailing_slash
                                                  : last.exact;
  if (pattern == kNone) {
    pattern = static_cast<uint32_t>(patterns.size());
    patterns.emplace_back();
  }
  return pattern;
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
  const snapshot::Route& earlier = snapshot.routes[*rival];
  return Error(ErrorCode::kSnapshotInvalid,
               "found route \"" + route.name +
                   "\" with the same listener, host and path and a method in common with "
                   "route \"" +
                   earlier.name + "\" (" + earlier.at + "), expected two that can be told apart",
               route.at);
}

// FindPattern returns the most specific pattern below `node` for `path`, which is what is left: ""
// behind the last segment, "/" for a trailing slash. A branch that leads nowhere is left again, so
// in the worst case every node that fits is visited once; how many fit is up to the configuration,
// not to the peer.
uint32_t RouteTable::Impl::FindPattern(uint32_t node, std::string_view path) const {
  const Node& here = nodes[node];
  uint32_t found = kNone;
  if (path.size() <= 1) {
    found = path.empty() ? here.exact : here.trailing_slash;
  } else {
    std::string_view rest;
    const std::string_view segment = Segment(path, rest);
    if (const auto child = literals.Find(node, segment)) found = FindPattern(*child, rest);
    if (found == kNone && here.parameter != kNone) found = FindPattern(here.parameter, rest);
  }
  return found != kNone ? found : here.prefix;
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
  auto impl = std::make_unique<Impl>();
  for (uint32_t i = 0; i < snapshot.routes.size(); ++i) {
    const std::vector<uint32_t>& listeners = snapshot.routes[i].listeners;
    if (std::find(listeners.begin(), listeners.end(), listener) == listeners.end()) continue;
    PINLATCH_TRY(CheckReachable(snapshot.routes[i]));
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
  if (const auto root = impl_->hosts.Find(kAnyHostRoot, host)) {
    pattern = impl_->FindPattern(*root, segments);
  }
  if (pattern == kNone) pattern = impl_->FindPattern(kAnyHostRoot, segments);
  if (pattern == kNone) return {};

  const std::optional<uint32_t> route = impl_->FindRoute(pattern, method);
  const std::string_view allow = impl_->patterns[pattern].allow;
  if (route.has_value()) return {RouteMatch::Kind::kFound, *route, allow};
  return {RouteMatch::Kind::kMethodNotAllowed, 0, allow};
}

}  // namespace pinlatch::policy
