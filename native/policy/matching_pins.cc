// See matching_pins.h.
#include "policy/matching_pins.h"

#include <algorithm>

#include "policy/pin_match.h"

namespace pinlatch::policy {

std::vector<uint32_t> MatchingPins(const snapshot::Client& client,
                                   const identity::PeerIdentity& identity,
                                   const ClockReading& clock) {
  std::vector<uint32_t> matching;
  for (uint32_t i = 0; i < client.pins.size(); ++i) {
    const uint32_t fits = FitsPin(client.pins[i], identity);
    if ((fits & client.pins[i].period.Mask(clock)) != 0) matching.push_back(i);
  }
  return matching;
}

std::optional<uint32_t> PinnedClient(const std::vector<snapshot::Client>& clients,
                                     const BlindIndex& index,
                                     const identity::PeerIdentity& identity) {
  for (const uint32_t candidate : index.Candidates(identity)) {
    uint32_t fits = 0;
    for (const snapshot::Pin& pin : clients[candidate].pins) fits |= FitsPin(pin, identity);
    if (fits != 0) return candidate;
  }
  return std::nullopt;
}

bool IsRetiring(const snapshot::Client& client, const std::vector<uint32_t>& matching) {
  if (matching.empty()) return false;
  UnixSeconds last = client.pins[matching.front()].period.until;
  for (const uint32_t index : matching) last = std::max(last, client.pins[index].period.until);
  return std::any_of(client.pins.begin(), client.pins.end(),
                     [last](const snapshot::Pin& pin) { return pin.period.until > last; });
}

}  // namespace pinlatch::policy
