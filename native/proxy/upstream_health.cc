// See upstream_health.h.
#include "proxy/upstream_health.h"

namespace pinlatch::proxy {

// Endpoints are resolved when the generation is built, and none is taken out of service: whatever
// has an address may be tried.
bool HasUsableEndpoint(const WorkerContext&, const Generation& generation, uint32_t upstream) {
  return !generation.upstreams[upstream].targets.empty();
}

}  // namespace pinlatch::proxy
