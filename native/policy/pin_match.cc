// See pin_match.h.
#include "policy/pin_match.h"

#include "base/bytes.h"
#include "base/constant_time.h"

namespace pinlatch::policy {
namespace {

using snapshot::PinKind;

// The kind of a pin is configuration, which is no secret: branching on it tells nothing of the
// outcome.
ByteSpan FingerprintOf(const identity::PeerIdentity& identity, PinKind kind) {
  switch (kind) {
    case PinKind::kSha256:
      return identity.sha256;
    case PinKind::kSha1:
      return identity.sha1;
    case PinKind::kSpkiSha256:
      return identity.spki_sha256;
  }
  return {};
}

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

void ComparePins(const std::vector<snapshot::Client>& clients,
                 const identity::PeerIdentity& identity, std::span<uint32_t> hits) {
  for (size_t i = 0; i < clients.size(); ++i) hits[i] = MatchesAnyPin(clients[i], identity);
}

ClientSet MatchClients(const std::vector<snapshot::Client>& clients,
                       const identity::PeerIdentity& identity) {
  ClientSet matched(clients.size());
  ComparePins(clients, identity, matched);
  // In place: an index is never written behind the hit that is read next. Without a branch, though
  // the set itself tells the outcome from here on.
  size_t count = 0;
  for (size_t i = 0; i < clients.size(); ++i) {
    const uint32_t hit = matched[i];
    matched[count] = static_cast<uint32_t>(i);
    count += hit;
  }
  matched.resize(count);
  return matched;
}

}  // namespace pinlatch::policy
