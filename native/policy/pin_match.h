// Owns the question "which clients is this identity?": every pin of every client, compared in
// constant time. Pure; immutable after Build.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// ClientSet is a set of indices into Snapshot::clients, sorted ascending.
using ClientSet = std::vector<uint32_t>;

// ComparePins sets hits[i] to 1 when clients[i] has a pin that fits the identity, else to 0; there
// are as many hits as clients. Nothing that a clock, a cache or a branch predictor could tell
// depends on the fingerprints, which test/native/constant_time holds the compiled code to.
void ComparePins(const std::vector<snapshot::Client>& clients,
                 const identity::PeerIdentity& identity, std::span<uint32_t> hits);

// MatchClients returns the clients of which at least one pin equals the identity's fingerprint of
// that kind. Every pin is compared, in constant time and without early exit; only the final set
// depends on the outcome (design: trust rule 2).
ClientSet MatchClients(const std::vector<snapshot::Client>& clients,
                       const identity::PeerIdentity& identity);

}  // namespace pinlatch::policy
