// Owns the leading of TCP connections for one listener: server name → route. Pure; immutable after
// Build.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/name_map.h"
#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// ServerNameTable finds a route by an exact name before one with a star, and by either before the
// one for any name.
class ServerNameTable {
 public:
  // Build makes the table of the TCP routes that apply to `listener`. It borrows nothing. Error:
  // kSnapshotInvalid, with the route's `at`, when two routes have the same name.
  static Result<ServerNameTable> Build(const snapshot::Snapshot& snapshot, uint32_t listener);

  // Match returns an index into Snapshot::tcp_routes. `server_name` is lower case, empty when the
  // client asked for none. Allocates nothing.
  std::optional<uint32_t> Match(std::string_view server_name) const;

 private:
  tls::NameMap<std::optional<uint32_t>> by_name_;
  std::optional<uint32_t> any_;
};

}  // namespace pinlatch::policy
