// Owns the decision: (route, who the peer is) → admitted or a reason. Pure; default deny.
#pragma once

#include <optional>

#include "base/error.h"
#include "identity/peer_identity.h"
#include "policy/pin_match.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// Decision is the verdict on one request. `client` is the rule that admitted it (the first allowed
// one that matches).
struct Decision {
  bool admitted = false;
  ErrorCode reason = ErrorCode::kNotPinned;  // meaningful when not admitted
  std::optional<uint32_t> client;            // index into Snapshot::clients
};

// Decide judges one request. `identity` is nullptr when the client presented no certificate;
// otherwise its chain has been verified against the listener's trust bundle and `matched` is
// MatchClients of it under the same snapshot.
Decision Decide(const snapshot::RouteRule& route, const identity::PeerIdentity* identity,
                const ClientSet& matched);

}  // namespace pinlatch::policy
