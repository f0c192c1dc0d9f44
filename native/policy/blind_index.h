// Owns the question "which clients could this identity be?": a blind index over all pins, so that
// the comparison does not grow with their number. Pure; immutable after Build.
#pragma once

#include <cstdint>
#include <vector>

#include "base/sip_hash.h"
#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// BlindIndex sorts clients into buckets by a keyed hash of each of their pins. The key is random
// and never leaves the process. Which bucket is looked at, and how full it is, can be told from
// outside by timing, but it says nothing about any pin: without the key nobody can compute a
// bucket, and two fingerprints that are nearly the same lie in unrelated ones. What decides is the
// comparison of whole pins, in constant time, that follows (pin_match.h).
class BlindIndex {
 public:
  using Key = SipKey;

  // An index without pins finds nobody.
  BlindIndex() = default;
  // Build indexes every pin of every client under `key`, which must be random.
  static BlindIndex Build(const std::vector<snapshot::Client>& clients, const Key& key);

  // Candidates returns the clients (indices, ascending) that lie in the buckets of the identity's
  // three fingerprints: all that have a pin of it, and now and then another; and every client that
  // is declared to have no pins.
  std::vector<uint32_t> Candidates(const identity::PeerIdentity& identity) const;

 private:
  size_t BucketOf(snapshot::PinKind kind, ByteSpan fingerprint) const;

  Key key_{};
  // The clients of bucket b are clients_[starts_[b]] up to clients_[starts_[b + 1]].
  std::vector<uint32_t> starts_;
  std::vector<uint32_t> clients_;
  std::vector<uint32_t> unpinned_;
};

}  // namespace pinlatch::policy
