// See pin_match.h.
#include "policy/pin_match.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/constant_time.h"
#include "match/condition.h"
#include "match/fingerprint.h"

namespace pinlatch::policy {
namespace {

// Whether a client has pins, and when they count, is configuration too.
uint32_t MatchesAnyPin(const snapshot::Client& client, const identity::PeerIdentity& identity,
                       const ClockReading& clock) {
  uint32_t hit = client.unpinned && client.when.has_value() ? 1 : 0;
  for (const snapshot::Pin& pin : client.pins) {
    hit |= FitsPin(pin, identity) & pin.period.Mask(clock);
  }
  return hit;
}

// KeepWhereConditionsHold takes the clients out whose condition does not hold.
void KeepWhereConditionsHold(const std::vector<snapshot::Client>& clients,
                             const identity::PeerIdentity& identity, ClientSet& matched) {
  const auto has_condition = [&](uint32_t i) { return clients[i].when.has_value(); };
  if (std::none_of(matched.begin(), matched.end(), has_condition)) return;
  const Facts facts(identity);
  std::erase_if(matched, [&](uint32_t i) {
    return clients[i].when.has_value() && !Holds(*clients[i].when, facts);
  });
}

}  // namespace

// A kind that is none of the above has no fingerprint, and that must not equal an empty pin.
uint32_t FitsPin(const snapshot::Pin& pin, const identity::PeerIdentity& identity) {
  const ByteSpan fingerprint = FingerprintOf(identity, pin.kind);
  if (fingerprint.empty()) return 0;
  return ConstantTimeEqual(ByteSpan(pin.value).first(fingerprint.size()), fingerprint);
}

void ComparePins(const std::vector<snapshot::Client>& clients, std::span<const uint32_t> candidates,
                 const identity::PeerIdentity& identity, const ClockReading& clock,
                 std::span<uint32_t> hits) {
  for (size_t i = 0; i < candidates.size(); ++i) {
    hits[i] = MatchesAnyPin(clients[candidates[i]], identity, clock);
  }
}

ClientSet MatchClients(const std::vector<snapshot::Client>& clients, const BlindIndex& index,
                       const identity::PeerIdentity& identity, const ClockReading& clock) {
  ClientSet matched = index.Candidates(identity);
  std::vector<uint32_t> hits(matched.size());
  ComparePins(clients, matched, identity, clock, hits);
  // In place, and without a branch, though the set itself tells the outcome from here on.
  size_t count = 0;
  for (size_t i = 0; i < hits.size(); ++i) {
    matched[count] = matched[i];
    count += hits[i];
  }
  matched.resize(count);
  KeepWhereConditionsHold(clients, identity, matched);
  return matched;
}

}  // namespace pinlatch::policy
