// See reachable.h.
#include "policy/reachable.h"

#include <string>
#include <string_view>

#include "http/target.h"

namespace pinlatch::policy {
namespace {

Error Unreachable(const snapshot::Route& route, std::string_view found) {
  std::string detail = "found ";
  detail.append(found).append(" in route \"").append(route.name);
  detail.append("\", which no request can have, expected the canonical form");
  return Error(ErrorCode::kSnapshotInvalid, std::move(detail), route.at);
}

// PathOf writes a path that the pattern takes; a parameter may be anything, so it is a letter.
std::string PathOf(const snapshot::PathPattern& pattern) {
  std::string path;
  for (const snapshot::PathSegment& segment : pattern.segments) {
    path += '/';
    path += segment.is_parameter ? "x" : segment.text;
  }
  if (path.empty() || pattern.trailing_slash) path += '/';
  return path;
}

}  // namespace

Status CheckReachable(const snapshot::Route& route) {
  if (!route.host.empty()) {
    const Result<http::Host> host = http::ParseHost(route.host);
    if (!host.ok() || host.value().name != route.host) {
      return Unreachable(route, "the host \"" + route.host + "\"");
    }
  }
  const std::string path = PathOf(route.path);
  std::string canonical;
  if (!http::CanonicalPath(path, canonical).ok() || canonical != path) {
    return Unreachable(route, "the path \"" + path + "\"");
  }
  const snapshot::ProxyTo* proxy = snapshot::ProxyOf(route.action);
  if (proxy == nullptr) return {};
  const std::string& prefix = proxy->forwarding.rewrite.add_prefix;
  if (!prefix.empty() && (!http::CanonicalPath(prefix, canonical).ok() || canonical != prefix)) {
    return Error(ErrorCode::kSnapshotInvalid,
                 "found the added prefix \"" + prefix + "\" in route \"" + route.name +
                     "\", expected the canonical form",
                 route.at);
  }
  return {};
}

}  // namespace pinlatch::policy
