// Owns the decision: (route, who the peer is) → admitted or a reason. Pure; default deny.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "identity/peer_identity.h"
#include "policy/pin_match.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// Decision is the verdict on one request. `client` is the rule that admitted it: the first allowed
// one that matches and has every scope that the route wants; with kInsufficientScope the first
// allowed one that matches.
struct Decision {
  bool admitted = false;
  ErrorCode reason = ErrorCode::kNotPinned;  // meaningful when not admitted
  std::optional<uint32_t> client;            // index into Snapshot::clients
};

// Decide judges one request. `identity` is nullptr when the client presented no certificate;
// otherwise its chain has been verified against the listener's trust bundle and `matched` is
// MatchClients of it among `clients`, which are the snapshot's.
Decision Decide(const snapshot::RouteRule& route, const identity::PeerIdentity* identity,
                const ClientSet& matched, const std::vector<snapshot::Client>& clients);

// HasScopes says whether a client has all that a route wants.
bool HasScopes(const snapshot::Client& client, const snapshot::RouteRule& route);

// MissingScopes lists what a client lacks of what a route wants, as indices into Snapshot::scopes,
// ascending.
std::vector<uint32_t> MissingScopes(const snapshot::Client& client,
                                    const snapshot::RouteRule& route);

}  // namespace pinlatch::policy
