// Owns what a route does with a request that it admits: one alternative for each kind, with all
// that this kind takes. Plain data.
//
// Whoever asks does so by std::visit with a function for each alternative (base/overloaded.h), or
// by ProxyOf: a new alternative does not compile until each of them, and the decoder, has an
// answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "snapshot/forwarding.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {

// `kKind` is, in each of them, its word in the document.

// ProxyTo passes the request on to an upstream, changed as `forwarding` says.
struct ProxyTo {
  static constexpr std::string_view kKind = "proxy";
  uint32_t upstream = 0;  // index into Snapshot::upstreams
  Forwarding forwarding;
};

// FixedResponse is the same for every request.
struct FixedResponse {
  static constexpr std::string_view kKind = "respond";
  uint16_t status = ranges::kRespondStatus.usual;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

// Liveness answers 200 while the gateway serves.
struct Liveness {
  static constexpr std::string_view kKind = "live";
};

// Readiness answers 200 while the gateway takes on work and each of `upstreams` can be reached,
// else 503.
struct Readiness {
  static constexpr std::string_view kKind = "ready";
  std::vector<uint32_t> upstreams;  // indices into Snapshot::upstreams
};

using Action = std::variant<ProxyTo, FixedResponse, Liveness, Readiness>;

// ProxyOf says where requests go on to; nullptr: the gateway answers them itself.
const ProxyTo* ProxyOf(const Action& action);

}  // namespace pinlatch::snapshot
