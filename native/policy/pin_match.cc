// See pin_match.h.
#include "policy/pin_match.h"

#include "base/bytes.h"
#include "base/constant_time.h"
#include "policy/fingerprint.h"

namespace pinlatch::policy {
namespace {

// MatchesPin returns 1 or 0. A kind that is none of the above has no fingerprint, and that must not
// equal an empty pin.
uint32_t MatchesPin(const snapshot::Pin& pin, const identity::PeerIdentity& identity) {
  const ByteSpan fingerprint = FingerprintOf(identity, pin.kind);
  if (fingerprint.empty()) return 0;
  return ConstantTimeEqual(ByteSpan(pin.value).first(fingerprint.size()), fingerprint);
}

uint32_t MatchesAnyPin(const snapshot::Client& client, const identity::PeerIdentity& identity) {
  uint32_t hit = 0;
  for (const snapshot::Pin& pin : client.pins) hit |= MatchesPin(pin, identity);
  return hit;
}

}  // namespace

void ComparePins(const std::vector<snapshot::Client>& clients, std::span<const uint32_t> candidates,
                 const identity::PeerIdentity& identity, std::span<uint32_t> hits) {
  for (size_t i = 0; i < candidates.size(); ++i) {
    hits[i] = MatchesAnyPin(clients[candidates[i]], identity);
  }
}

ClientSet MatchClients(const std::vector<snapshot::Client>& clients, const PinIndex& index,
                       const identity::PeerIdentity& identity) {
  ClientSet matched = index.Candidates(identity);
  std::vector<uint32_t> hits(matched.size());
  ComparePins(clients, matched, identity, hits);
  // In place, and without a branch, though the set itself tells the outcome from here on.
  size_t count = 0;
  for (size_t i = 0; i < hits.size(); ++i) {
    matched[count] = matched[i];
    count += hits[i];
  }
  matched.resize(count);
  return matched;
}

}  // namespace pinlatch::policy
