// Owns which fingerprint of an identity a pin is compared with. Pure. What kind a pin is of is
// configuration and no secret: branching on it tells nothing.
#pragma once

#include <array>

#include "base/bytes.h"
#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

inline constexpr std::array kPinKinds = {snapshot::PinKind::kSha256, snapshot::PinKind::kSha1,
                                         snapshot::PinKind::kSpkiSha256};

// FingerprintSize is in bytes.
inline size_t FingerprintSize(snapshot::PinKind kind) {
  return kind == snapshot::PinKind::kSha1 ? 20 : 32;
}

// FingerprintOf is empty for a kind that is none of the above.
inline ByteSpan FingerprintOf(const identity::PeerIdentity& identity, snapshot::PinKind kind) {
  switch (kind) {
    case snapshot::PinKind::kSha256:
      return identity.sha256;
    case snapshot::PinKind::kSha1:
      return identity.sha1;
    case snapshot::PinKind::kSpkiSha256:
      return identity.spki_sha256;
  }
  return {};
}

}  // namespace pinlatch::policy
