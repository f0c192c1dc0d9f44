// See listener_policy.h.
#include "policy/listener_policy.h"

#include <utility>

namespace pinlatch::policy {

Result<ListenerPolicy> ListenerPolicy::Build(const snapshot::Snapshot& snapshot,
                                             uint32_t listener) {
  PINLATCH_ASSIGN(RouteTable routes, RouteTable::Build(snapshot, listener));
  PINLATCH_ASSIGN(ServerNameTable tcp_routes, ServerNameTable::Build(snapshot, listener));
  return ListenerPolicy{&snapshot, std::move(routes), std::move(tcp_routes),
                        ServerNameRules(snapshot.listeners[listener]),
                        AudienceOf(snapshot, listener)};
}

}  // namespace pinlatch::policy
