// Owns the memory of client certificates that were accepted, so that a returning client costs only
// its own signature over the handshake. Lives on one worker.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "identity/peer_identity.h"
#include "tls/issuer_paths.h"

namespace pinlatch::tls {

// VerdictCache remembers what was made of a chain, by a hash of all its certificates as presented,
// under the trust bundle that accepted it (TrustBundle::generation) and for as long as that verdict
// holds (Verdict::valid_until). All of the chain, so that a client that leaves out its intermediate
// does not get in or stay out by who came before. It holds a fixed number of entries; a new one
// replaces the least recently used of its set. Refusals are not remembered.
// Acceptance is the leaf's identity of a chain that was accepted, and from when to when, both
// included, that verdict holds.
struct Acceptance {
  std::shared_ptr<const identity::PeerIdentity> identity;  // nullptr: not accepted
  UnixSeconds from = 0;
  UnixSeconds until = 0;
};

class VerdictCache {
 public:
  static constexpr size_t kSets = 256;
  static constexpr size_t kWays = 4;

  // Recall returns what was remembered of the chain when this bundle accepted it and still does at
  // `now`, else an Acceptance without identity. A clock that went back behind the moment of
  // acceptance forgets.
  Acceptance Recall(const identity::Sha256& chain, uint64_t generation, UnixSeconds now);
  // Remember keeps the acceptance of a chain.
  void Remember(const identity::Sha256& chain, uint64_t generation, Acceptance acceptance);

  // issuers are the paths that remembered identities share.
  IssuerPaths& issuers() { return issuers_; }

 private:
  struct Entry {
    identity::Sha256 chain{};
    Acceptance acceptance;
    uint64_t generation = 0;  // 0: free
    uint64_t used = 0;
  };
  using Set = std::array<Entry, kWays>;

  Set& SetFor(const identity::Sha256& chain);

  std::vector<Set> sets_;  // empty until something is remembered
  uint64_t clock_ = 0;
  IssuerPaths issuers_;
};

}  // namespace pinlatch::tls
