// Owns the question "which clients is this identity?": every pin of every client, compared in
// constant time. Pure; immutable after Build.
#pragma once

#include <cstdint>
#include <vector>

#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// ClientSet is a set of indices into Snapshot::clients, sorted ascending.
using ClientSet = std::vector<uint32_t>;

// MatchClients returns the clients of which at least one pin equals the identity's fingerprint of
// that kind. Every pin is compared, in constant time and without early exit; only the final set
// depends on the outcome (design: trust rule 2).
ClientSet MatchClients(const std::vector<snapshot::Client>& clients,
                       const identity::PeerIdentity& identity);

}  // namespace pinlatch::policy
