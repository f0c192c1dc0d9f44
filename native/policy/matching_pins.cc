// See matching_pins.h.
#include "policy/matching_pins.h"

#include <algorithm>

#include "policy/pin_match.h"

namespace pinlatch::policy {

std::vector<uint32_t> MatchingPins(const snapshot::Client& client,
                                   const identity::PeerIdentity& identity, UnixSeconds now) {
  std::vector<uint32_t> matching;
  for (uint32_t i = 0; i < client.pins.size(); ++i) {
    const uint32_t fits = FitsPin(client.pins[i], identity);
    if ((fits & client.pins[i].period.Mask(now)) != 0) matching.push_back(i);
  }
  return matching;
}

bool IsRetiring(const snapshot::Client& client, const std::vector<uint32_t>& matching) {
  if (matching.empty()) return false;
  UnixSeconds last = client.pins[matching.front()].period.until;
  for (const uint32_t index : matching) last = std::max(last, client.pins[index].period.until);
  return std::any_of(client.pins.begin(), client.pins.end(),
                     [last](const snapshot::Pin& pin) { return pin.period.until > last; });
}

}  // namespace pinlatch::policy
