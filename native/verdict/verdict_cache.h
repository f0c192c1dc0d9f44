// Owns the memory of client certificates that were accepted, so that a returning client costs only
// its own signature over the handshake. Lives on one worker.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "identity/peer_identity.h"
#include "verdict/issuer_paths.h"

namespace pinlatch::tls {

// Acceptance is what the verifier said yes to: whom, under which bundle (TrustBundle::generation),
// and from when to when, Unix seconds, both included. By default it holds never.
struct Acceptance {
  std::shared_ptr<const identity::PeerIdentity> identity;
  uint64_t trust = 0;  // 0: none
  UnixSeconds from = 0;
  UnixSeconds until = 0;
};

// VerdictCache remembers what was made of a chain, by a hash of all its certificates as presented,
// under the trust bundle that accepted it (TrustBundle::generation) and for as long as that verdict
// holds (Verdict::valid_until). All of the chain, so that a client that leaves out its intermediate
// does not get in or stay out by who came before. It holds a fixed number of entries; a new one
// replaces the least recently used of its set. Refusals are not remembered.
class VerdictCache {
 public:
  static constexpr size_t kSets = 256;
  static constexpr size_t kWays = 4;

  // Recall returns the acceptance when this bundle accepted the chain and still does at `now`, else
  // nullptr; valid until the next Remember. A clock that went back behind the moment of acceptance
  // forgets.
  const Acceptance* Recall(const identity::Sha256& chain, uint64_t generation, UnixSeconds now);
  // Remember keeps the acceptance of a chain.
  void Remember(const identity::Sha256& chain, Acceptance acceptance);

  // issuers are the paths that remembered identities share.
  IssuerPaths& issuers() { return issuers_; }

 private:
  struct Entry {
    identity::Sha256 chain{};
    Acceptance acceptance;  // of no bundle: free
    uint64_t used = 0;
  };
  using Set = std::array<Entry, kWays>;

  Set& SetFor(const identity::Sha256& chain);

  std::vector<Set> sets_;  // empty until something is remembered
  uint64_t clock_ = 0;
  IssuerPaths issuers_;
};

}  // namespace pinlatch::tls
