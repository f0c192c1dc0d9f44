// Owns what is remembered and said of the pins by which a request was admitted.
#pragma once

#include <cstdint>

#include "exchange/worker_context.h"
#include "generation/generation.h"
#include "generation/known_clients.h"

namespace pinlatch::proxy {

// RecordPinUse notes when the pins of `client`, which admitted the peer, were used; where they are
// about to expire although the client has newer ones, it says so in the log, once a day for each
// pin. Call it after Peer::clients was asked under this generation.
void RecordPinUse(WorkerContext& worker, const KnownPeer& peer, const Generation& generation,
                  uint32_t client, UnixSeconds now);

}  // namespace pinlatch::proxy
