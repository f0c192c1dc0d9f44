// Owns what the gateway says of its own health.
#pragma once

#include <cstdint>
#include <string_view>

#include "exchange/worker_context.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// HealthReport is a status code, 200 or 503, and the JSON that goes with it: "status" ("live",
// "ready", "unready" or "draining"), "generation", and for readiness each of its upstreams by name
// as "usable" or "unusable". `body` is valid until the worker's next line.
struct HealthReport {
  uint16_t status = 200;
  std::string_view body;
};

// ReportLiveness answers that the gateway serves. `generation` is, here and below, the one that
// admitted the question.
HealthReport ReportLiveness(WorkerContext& worker, const Generation& generation);

// ReportReadiness answers for what new requests meet. `readiness` is of `generation`.
HealthReport ReportReadiness(WorkerContext& worker, const Generation& generation,
                             const snapshot::Readiness& readiness);

}  // namespace pinlatch::proxy
