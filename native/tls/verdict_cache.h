// Owns the memory of client certificates that were accepted, so that a returning client costs only
// its own signature over the handshake. Lives on one worker.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "identity/peer_identity.h"

namespace pinlatch::tls {

// VerdictCache remembers what was made of a leaf, by its SHA-256, under the trust bundle that
// accepted it (TrustBundle::generation) and for as long as that verdict holds
// (Verdict::valid_until). It holds a fixed number of entries; a new one replaces the least recently
// used of its set. Refusals are not remembered: a client may come back with the intermediate it
// forgot.
class VerdictCache {
 public:
  static constexpr size_t kSets = 256;
  static constexpr size_t kWays = 4;

  // Recall returns the identity of this leaf when this bundle accepted it and still does at `now`,
  // else nullptr. A clock that went back behind the moment of acceptance forgets.
  std::shared_ptr<const identity::PeerIdentity> Recall(const identity::Sha256& leaf,
                                                       uint64_t generation, UnixSeconds now);
  // Remember keeps the acceptance of `identity` from `now` to `valid_until`, both included.
  void Remember(std::shared_ptr<const identity::PeerIdentity> identity, uint64_t generation,
                UnixSeconds now, UnixSeconds valid_until);

 private:
  struct Entry {
    std::shared_ptr<const identity::PeerIdentity> identity;
    uint64_t generation = 0;  // 0: free
    UnixSeconds from = 0;
    UnixSeconds until = 0;
    uint64_t used = 0;
  };
  using Set = std::array<Entry, kWays>;

  Set& SetFor(const identity::Sha256& leaf);

  std::vector<Set> sets_;  // empty until something is remembered
  uint64_t clock_ = 0;
};

}  // namespace pinlatch::tls
