// Owns the memory of who a connection's client is: computed when first asked, and again when the
// generation changes or a pin begins or ceases to count. One connection's, on its worker.
#pragma once

#include <cstdint>
#include <vector>

#include "generation/generation.h"
#include "identity/peer_identity.h"
#include "policy/pin_match.h"
#include "record/peer.h"

namespace pinlatch::proxy {

// UsedPin is a pin by which an identity is a client.
struct UsedPin {
  uint32_t client = 0;       // index into Snapshot::clients
  uint32_t pin = 0;          // index into Client::pins
  bool is_retiring = false;  // see policy::IsRetiring
};

class KnownClients {
 public:
  // Of returns the clients that the identity is at `now`; of no identity none. Allocates nothing
  // while what it knows holds.
  const policy::ClientSet& Of(const Generation& generation, const identity::PeerIdentity* identity,
                              UnixSeconds now);
  // was_asked says that Of has been called; was_any what it found, the last time.
  bool was_asked() const { return generation_ != 0; }
  bool was_any() const { return !clients_.empty(); }
  // used_pins are the pins of those clients that fit, by client.
  const std::vector<UsedPin>& used_pins() const { return used_pins_; }

 private:
  void FindUsedPins(const Generation& generation, const identity::PeerIdentity& identity,
                    const ClockReading& clock);

  uint64_t generation_ = 0;  // generations count from 1
  snapshot::Period holds_;
  policy::ClientSet clients_;
  std::vector<UsedPin> used_pins_;
};

// KnownPeer is a peer whose clients are remembered. Owned by its connection.
struct KnownPeer : Peer {
  KnownClients clients;  // which rules the identity matches
};

}  // namespace pinlatch::proxy
