// Owns the decoding of upstreams and their endpoints.
#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"

namespace pinlatch::snapshot {
namespace {

Status DecodeEndpoint(const Value& value, Endpoint& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field(
      "kind", into.kind,
      OneOf<Endpoint::Kind>{{"tcp", Endpoint::Kind::kTcp}, {"unix", Endpoint::Kind::kUnix}}));
  if (into.kind == Endpoint::Kind::kUnix) {
    PINLATCH_TRY(object.Field("path", into.path, Text{kSocketPathRule}));
    return object.Finish();
  }
  PINLATCH_TRY(object.Field("host", into.host, Text{kUpstreamHostRule}));
  PINLATCH_TRY(object.Field("port", into.port, Whole{1, kMostPort}));
  return object.Finish();
}

}  // namespace

Status DecodeUpstream(const Value& value, Names& names, Upstream& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.upstreams}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("endpoints", into.endpoints, ListOf{DecodeEndpoint, 1}));
  PINLATCH_TRY(object.Field("connectMs", into.connect_timeout, Whole{1, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("responseMs", into.response_timeout, Whole{1, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("idleMs", into.idle_timeout, Whole{1, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("keepAliveMs", into.keep_alive, Whole{0, kMostMilliseconds}));
  PINLATCH_TRY(object.Field("maxIdle", into.max_idle, Whole{0, 65535}));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
