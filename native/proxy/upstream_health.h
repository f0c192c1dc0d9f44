// Owns the question whether an upstream can be reached, as far as this worker knows.
#pragma once

#include <cstdint>

#include "proxy/worker_context.h"

namespace pinlatch::proxy {

// HasUsableEndpoint says whether a request for the upstream with this index of `generation` would
// find an endpoint to go to.
bool HasUsableEndpoint(const WorkerContext& worker, const Generation& generation,
                       uint32_t upstream);

}  // namespace pinlatch::proxy
