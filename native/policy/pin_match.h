// Owns the question "which clients is this identity?": every pin that could be it, compared in
// constant time, then the conditions of those that are left. Pure; immutable after Build.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "identity/peer_identity.h"
#include "policy/blind_index.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// ClientSet is a set of indices into Snapshot::clients, sorted ascending.
using ClientSet = std::vector<uint32_t>;

// FitsPin returns 1 when the pin equals the identity's fingerprint of its kind, else 0, in constant
// time. It looks at no clock.
uint32_t FitsPin(const snapshot::Pin& pin, const identity::PeerIdentity& identity);

// ComparePins sets hits[i] to 1 when clients[candidates[i]] has a pin that fits the identity at
// this time, or is declared to have none and has a condition instead; else to 0. There are as many
// hits as candidates. Nothing that a clock, a cache or a branch predictor could tell depends on the
// fingerprints, which test/native/constant_time holds the compiled code to.
void ComparePins(const std::vector<snapshot::Client>& clients, std::span<const uint32_t> candidates,
                 const identity::PeerIdentity& identity, const ClockReading& clock,
                 std::span<uint32_t> hits);

// MatchClients returns the clients of which at least one pin equals the identity's fingerprint of
// that kind at this time, and whose condition holds. `index` is of these clients and narrows them
// down blindly; every pin of those that are left is compared, in constant time and without early
// exit; only the final set depends on the outcome (docs/design/trust.md).
ClientSet MatchClients(const std::vector<snapshot::Client>& clients, const BlindIndex& index,
                       const identity::PeerIdentity& identity, const ClockReading& clock);

}  // namespace pinlatch::policy
