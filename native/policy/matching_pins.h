// Owns the question which pins of a client fit an identity, after it is known to be that client:
// for records of use and explanations, never for a decision. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// MatchingPins returns the indices of the client's pins that fit at `now`, ascending.
std::vector<uint32_t> MatchingPins(const snapshot::Client& client,
                                   const identity::PeerIdentity& identity, UnixSeconds now);

// IsRetiring says whether all of these pins of the client, at least one, expire while a pin that
// does not fit outlasts them: whoever has this certificate must get the newer one in time.
bool IsRetiring(const snapshot::Client& client, const std::vector<uint32_t>& matching);

}  // namespace pinlatch::policy
