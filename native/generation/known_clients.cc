// See known_clients.h.
#include "generation/known_clients.h"

#include "policy/matching_pins.h"

namespace pinlatch::proxy {

const policy::ClientSet& KnownClients::Of(const Generation& generation,
                                          const identity::PeerIdentity* identity, UnixSeconds now) {
  if (generation_ == generation.number && holds_.Contains(now)) return clients_;
  generation_ = generation.number;
  const ClockReading clock = generation.ClockAt(now);
  holds_ = generation.pin_times.Around(clock);
  clients_.clear();
  used_pins_.clear();
  if (identity == nullptr) return clients_;
  clients_ =
      policy::MatchClients(generation.snapshot.clients, generation.blind_index, *identity, clock);
  FindUsedPins(generation, *identity, clock);
  return clients_;
}

void KnownClients::FindUsedPins(const Generation& generation,
                                const identity::PeerIdentity& identity, const ClockReading& clock) {
  for (const uint32_t client : clients_) {
    const snapshot::Client& rule = generation.snapshot.clients[client];
    const std::vector<uint32_t> pins = policy::MatchingPins(rule, identity, clock);
    const bool is_retiring = policy::IsRetiring(rule, pins);
    for (const uint32_t pin : pins) used_pins_.push_back({client, pin, is_retiring});
  }
}

}  // namespace pinlatch::proxy
