// Owns what a route changes of a request on its way to the upstream and of the response on its way
// back: path prefix, Host and header fields. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pinlatch::snapshot {

// HostRewrite says which Host the upstream gets: the client's, its endpoint's, or a name.
enum class HostRewrite : uint8_t { kPreserve, kUpstream, kName };

// Rewrite takes segments from the front of a canonical path and puts a canonical prefix in their
// place, so that the result is canonical again.
struct Rewrite {
  uint32_t strip_segments = 0;  // at most as many as the route's pattern has
  std::string add_prefix;       // without a final slash; empty: none
  HostRewrite host = HostRewrite::kPreserve;
  std::string host_name{};  // with kName; perhaps with a port
  bool operator==(const Rewrite&) const = default;

  bool changes_path() const { return strip_segments > 0 || !add_prefix.empty(); }
};

// FieldEdits changes the fields of one direction: what bears a name of `set` or `remove`, in any
// spelling, is dropped, then `set` and `add` are written. A name stands in one of the lists only.
struct FieldEdits {
  using List = std::vector<std::pair<std::string, std::string>>;
  List set;
  List add;
  std::vector<std::string> remove;
  bool operator==(const FieldEdits&) const = default;
};

struct Forwarding {
  Rewrite rewrite;
  FieldEdits request;
  FieldEdits response;
  std::vector<std::string> kept;     // of Snapshot::guarded_fields, folded: these go on
  std::vector<std::string> upgrade;  // protocols, in lower case, that requests may upgrade to
  bool forwards_expect = false;      // Expect goes on: the service invites the body, or answers
};

}  // namespace pinlatch::snapshot
