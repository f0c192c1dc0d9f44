// Owns the decoding of upstreams and their endpoints.
#include <algorithm>

#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

bool IsSame(const Endpoint& a, const Endpoint& b) {
  return a.kind == b.kind && a.host == b.host && a.port == b.port && a.path == b.path;
}

Status DecodeEndpoint(const Value& value, Endpoint& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("kind", into.kind,
                            OneOf<Endpoint::Kind>{{"tcp", Endpoint::Kind::kTcp},
                                                  {"tls", Endpoint::Kind::kTls},
                                                  {"unix", Endpoint::Kind::kUnix}}));
  if (into.kind == Endpoint::Kind::kUnix) {
    PINLATCH_TRY(object.Field("path", into.path, Text{kSocketPathRule}));
  } else {
    PINLATCH_TRY(object.Field("host", into.host, Text{kUpstreamHostRule}));
    PINLATCH_TRY(object.Field("port", into.port, Whole{1, kMostPort}));
  }
  PINLATCH_TRY(object.Field("weight", into.weight, Within(ranges::kEndpointWeight)));
  PINLATCH_TRY(object.Field("backup", into.backup, Flag{}));
  return object.Finish();
}

// A request that is meant for TLS must have no way around it.
Status CheckSecurity(const Value& value, const Upstream& upstream) {
  const auto is_secure = [](const Endpoint& endpoint) {
    return endpoint.kind == Endpoint::Kind::kTls;
  };
  const auto& endpoints = upstream.endpoints;
  const bool fits = upstream.tls.has_value()
                        ? std::all_of(endpoints.begin(), endpoints.end(), is_secure)
                        : std::none_of(endpoints.begin(), endpoints.end(), is_secure);
  if (fits) return {};
  return value.Problem("endpoints that do not go with \"tls\"",
                       "\"tls\", and every endpoint of kind \"tls\"; or neither");
}

// DecodeEndpoints takes each endpoint once, and not only backups.
Status DecodeEndpoints(const Value& value, std::vector<Endpoint>& into) {
  PINLATCH_TRY((Entries(DecodeEndpoint, ranges::kUpstreamEndpoints)(value, into)));
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
  PINLATCH_TRY(object.Field("protocol", into.protocol,
                            OneOf<UpstreamProtocol>{{"http1", UpstreamProtocol::kHttp1},
                                                    {"h2", UpstreamProtocol::kHttp2}}));
  PINLATCH_TRY(object.Field("tls", into.tls, NullOr{UpstreamTlsOf{names}}));
  PINLATCH_TRY(
      object.Field("connectMs", into.connect_timeout, Within(ranges::kUpstreamTimeoutsConnect)));
  PINLATCH_TRY(
      object.Field("responseMs", into.response_timeout, Within(ranges::kUpstreamTimeoutsResponse)));
  PINLATCH_TRY(object.Field("idleMs", into.idle_timeout, Within(ranges::kUpstreamTimeoutsIdle)));
  PINLATCH_TRY(
      object.Field("keepAliveMs", into.keep_alive, Within(ranges::kUpstreamTimeoutsKeepAlive)));
  PINLATCH_TRY(object.Field("maxIdle", into.max_idle, Within(ranges::kUpstreamMaxIdle)));
  PINLATCH_TRY(DecodeBalancing(object, into));
  PINLATCH_TRY(object.Finish());
  return CheckSecurity(value, into);
}

}  // namespace pinlatch::snapshot
