// Owns ListenerPolicy: all that one listener's requests and connections are judged by, made from
// the snapshot alone. Pure; immutable.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "policy/audience.h"
#include "policy/route_table.h"
#include "policy/server_name_rules.h"
#include "policy/server_name_table.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

struct ListenerPolicy {
  // Build makes the policy of `listener`. It borrows the snapshot. Errors: those of the two tables.
  static Result<ListenerPolicy> Build(const snapshot::Snapshot& snapshot, uint32_t listener);

  const snapshot::Snapshot* snapshot;
  RouteTable routes;           // of Snapshot::routes
  ServerNameTable tcp_routes;  // of Snapshot::tcp_routes
  ServerNameRules names;
  Audience audience;
};

}  // namespace pinlatch::policy
