// Owns the question which pins of a client fit an identity, after it is known to be that client:
// for records of use and explanations, never for a decision. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "identity/peer_identity.h"
#include "policy/blind_index.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// MatchingPins returns the indices of the client's pins that fit at this time, ascending.
std::vector<uint32_t> MatchingPins(const snapshot::Client& client,
                                   const identity::PeerIdentity& identity,
                                   const ClockReading& clock);

// PinnedClient returns the first client with a pin that fits, whenever that pin counts and whatever
// else the client asks for. `index` is of these clients.
std::optional<uint32_t> PinnedClient(const std::vector<snapshot::Client>& clients,
                                     const BlindIndex& index,
                                     const identity::PeerIdentity& identity);

// IsRetiring says whether all of these pins of the client, at least one, expire while a pin that
// does not fit outlasts them: whoever has this certificate must get the newer one in time.
bool IsRetiring(const snapshot::Client& client, const std::vector<uint32_t>& matching);

}  // namespace pinlatch::policy
