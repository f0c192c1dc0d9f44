// See server_name_table.h.
#include "policy/server_name_table.h"

#include <algorithm>
#include <string>

namespace pinlatch::policy {

Result<ServerNameTable> ServerNameTable::Build(const snapshot::Snapshot& snapshot,
                                               uint32_t listener) {
  ServerNameTable table;
  for (uint32_t i = 0; i < snapshot.tcp_routes.size(); ++i) {
    const snapshot::TcpRoute& route = snapshot.tcp_routes[i];
    const auto& own = route.listeners;
    if (std::find(own.begin(), own.end(), listener) == own.end()) continue;
    std::optional<uint32_t>& place =
        route.server_name.empty() ? table.any_ : table.by_name_.At(route.server_name);
    if (place) {
      return Error(ErrorCode::kSnapshotInvalid,
                   "route \"" + route.name + "\" has the server name of route \"" +
                       snapshot.tcp_routes[*place].name + "\"",
                   route.at);
    }
    place = i;
  }
  return table;
}

std::optional<uint32_t> ServerNameTable::Match(std::string_view server_name) const {
  const std::optional<uint32_t>* named = by_name_.Find(server_name);
  return named != nullptr ? *named : any_;
}

}  // namespace pinlatch::policy
