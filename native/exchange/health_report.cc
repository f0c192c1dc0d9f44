// See health_report.h.
#include "exchange/health_report.h"

#include <algorithm>

namespace pinlatch::proxy {

HealthReport ReportHealth(WorkerContext& worker, const Generation& generation,
                          const snapshot::Health& health) {
  const auto usable = [&](uint32_t upstream) { return worker.clusters.Available(upstream); };
  std::string_view status = "live";
  if (health.ready) {
    const bool all = std::all_of(health.upstreams.begin(), health.upstreams.end(), usable);
    status = worker.draining ? "draining" : all ? "ready" : "unready";
  }
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Name("status", status);
  line.Number("generation", generation.number);
  if (health.ready) {
    line.OpenObject("upstreams");
    for (const uint32_t upstream : health.upstreams) {
      line.Name(generation.snapshot.upstreams[upstream].name,
                usable(upstream) ? "usable" : "unusable");
    }
    line.CloseObject();
  }
  const bool good = status == "live" || status == "ready";
  return {static_cast<uint16_t>(good ? 200 : 503), line.End()};
}

}  // namespace pinlatch::proxy
