// Owns the decoding of TCP routes.
#include "snapshot/allowed_clients.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"

namespace pinlatch::snapshot {

Status DecodeTcpRoute(const Value& value, Names& names, TcpRoute& into) {
  enum class Version : uint8_t { kTwo } version = Version::kTwo;
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.routes}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("listeners", into.listeners, NameSet{names.listeners}));
  PINLATCH_TRY(object.Field("serverName", into.server_name, NullOr{Text{kServerNameRule}}));
  PINLATCH_TRY(object.Field("allow", into, AllowedClients{names}));
  PINLATCH_TRY(object.Field("upstream", into.upstream, NameOf{names.upstreams}));
  const auto header = [&into, &version](const Value& member, bool&) -> Status {
    into.send_proxy_header = !member.IsNull();
    return NullOr{OneOf<Version>{{"v2", Version::kTwo}}}(member, version);
  };
  PINLATCH_TRY(object.Field("sendProxyProtocol", into.send_proxy_header, header));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
