// See health_report.h.
#include "exchange/health_report.h"

#include <algorithm>

namespace pinlatch::proxy {

namespace {

telemetry::JsonLine& BeginReport(WorkerContext& worker, const Generation& generation,
                                 std::string_view status) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Name("status", status);
  line.Number("generation", generation.number);
  return line;
}

}  // namespace

HealthReport ReportLiveness(WorkerContext& worker, const Generation& generation) {
  return {200, BeginReport(worker, generation, "live").End()};
}

HealthReport ReportReadiness(WorkerContext& worker, const Generation& generation,
                             const snapshot::Readiness& readiness) {
  const std::vector<uint32_t>& upstreams = readiness.upstreams;
  const auto usable = [&](uint32_t upstream) { return worker.clusters.Available(upstream); };
  const bool all = std::all_of(upstreams.begin(), upstreams.end(), usable);
  const bool good = all && !worker.draining;
  telemetry::JsonLine& line = BeginReport(worker, generation,
                                          worker.draining ? "draining"
                                          : all           ? "ready"
                                                          : "unready");
  line.OpenObject("upstreams");
  for (const uint32_t upstream : upstreams) {
    line.Name(generation.snapshot.upstreams[upstream].name,
              usable(upstream) ? "usable" : "unusable");
  }
  line.CloseObject();
  return {static_cast<uint16_t>(good ? 200 : 503), line.End()};
}

}  // namespace pinlatch::proxy
