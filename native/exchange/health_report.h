// Owns what the gateway says of its own health.
#pragma once

#include <cstdint>
#include <string_view>

#include "exchange/worker_context.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// HealthReport is a status code, 200 or 503, and the JSON that goes with it: "status" ("live",
// "ready", "unready" or "draining"), "generation", and with `ready` every upstream by name as
// "usable" or "unusable". `body` is valid until the worker's next line.
struct HealthReport {
  uint16_t status = 200;
  std::string_view body;
};

// ReportHealth answers for what new requests meet: `generation` is the one that admitted the
// question, whose indices `health` has.
HealthReport ReportHealth(WorkerContext& worker, const Generation& generation,
                          const snapshot::Health& health);

}  // namespace pinlatch::proxy
