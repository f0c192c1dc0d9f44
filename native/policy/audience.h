// Owns Audience: whom the routes of one listener admit at all, whatever they ask for. Pure.
#pragma once

#include <cstdint>

#include "policy/pin_match.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// Audience is the union of what a listener's routes allow. A connection whose client is outside of
// it could get no request through.
struct Audience {
  bool any_trusted = false;  // some route takes every trusted client, or anyone
  ClientSet clients;         // that some route names

  // Admits says whether some route takes an identity whose chain is trusted; `matched` is
  // MatchClients of it under the same snapshot.
  bool Admits(const ClientSet& matched) const;
};

// AudienceOf collects the routes that apply to `listener`.
Audience AudienceOf(const snapshot::Snapshot& snapshot, uint32_t listener);

}  // namespace pinlatch::policy
