// Owns the call of MatchClients with an index made for it.
#pragma once

#include <vector>

#include "policy/pin_match.h"

namespace pinlatch::policy {

inline ClientSet MatchAmong(const std::vector<snapshot::Client>& clients,
                            const identity::PeerIdentity& identity, const ClockReading& clock) {
  return MatchClients(clients, BlindIndex::Build(clients, {1, 2, 3}), identity, clock);
}

}  // namespace pinlatch::policy
