// Owns the choice of what a forwarded request tells of its client: the route's presets, else the
// listener's, from the worker's memory of them.
#pragma once

#include "base/byte_buffer.h"
#include "exchange/worker_context.h"
#include "forwarding/identity_blocks.h"
#include "record/peer.h"
#include "record/request_record.h"

namespace pinlatch::proxy {

// TellIdentity returns the identity fields of a request that `route` takes on the listener with
// this index. What is too long to be sent is left out and logged, once for as long as the worker
// remembers it.
Told TellIdentity(WorkerContext& worker, const Generation& generation, size_t listener_index,
                  const snapshot::Route& route, const Peer& peer, const RequestRecord& record);

}  // namespace pinlatch::proxy
