// Owns the decoding of upstreams and their endpoints.
#include <algorithm>

#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"

namespace pinlatch::snapshot {
namespace {

// The choice among endpoints looks at each of them.
constexpr size_t kMostEndpoints = 64;
constexpr uint64_t kMostWeight = 1000;

bool IsSame(const Endpoint& a, const Endpoint& b) {
  return a.kind == b.kind && a.host == b.host && a.port == b.port && a.path == b.path;
}

Status DecodeEndpoint(const Value& value, Endpoint& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field(
      "kind", into.kind,
      OneOf<Endpoint::Kind>{{"tcp", Endpoint::Kind::kTcp}, {"unix", Endpoint::Kind::kUnix}}));
  if (into.kind == Endpoint::Kind::kUnix) {
    PINLATCH_TRY(object.Field("path", into.path, Text{kSocketPathRule}));
  } else {
    PINLATCH_TRY(object.Field("host", into.host, Text{kUpstreamHostRule}));
    PINLATCH_TRY(object.Field("port", into.port, Whole{1, kMostPort}));
  }
  PINLATCH_TRY(object.Field("weight", into.weight, Whole{1, kMostWeight}));
  PINLATCH_TRY(object.Field("backup", into.backup, Flag{}));
  return object.Finish();
}

// DecodeEndpoints takes each endpoint once, and not only backups.
Status DecodeEndpoints(const Value& value, std::vector<Endpoint>& into) {
  PINLATCH_TRY((ListOf{DecodeEndpoint, 1, kMostEndpoints}(value, into)));
  bool has_primary = false;
  for (auto endpoint = into.begin(); endpoint != into.end(); ++endpoint) {
    has_primary |= !endpoint->backup;
    const auto is_same = [&](const Endpoint& other) { return IsSame(*endpoint, other); };
    if (std::find_if(into.begin(), endpoint, is_same) == endpoint) continue;
    return value.Problem("an endpoint twice", "each endpoint once");
  }
  if (has_primary) return {};
  return value.Problem("backups only", "an endpoint that is none");
}

}  // namespace

Status DecodeUpstream(const Value& value, Names& names, Upstream& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.upstreams}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("endpoints", into.endpoints, DecodeEndpoints));
  PINLATCH_TRY(object.Field("connectMs", into.connect_timeout, Whole{1, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("responseMs", into.response_timeout, Whole{1, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("idleMs", into.idle_timeout, Whole{1, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("keepAliveMs", into.keep_alive, Whole{0, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("maxIdle", into.max_idle, Whole{0, 65535}));
  PINLATCH_TRY(DecodeBalancing(object, into));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
