// See upstream_log.h.
#include "log/upstream_log.h"

#include "log/log_line.h"
#include "log/logging_worker.h"

namespace pinlatch::proxy {
namespace {

telemetry::JsonLine& Begin(LoggingWorker& worker, std::string_view event, std::string_view upstream,
                           std::string_view endpoint) {
  telemetry::JsonLine& line = worker.line;
  line.Begin();
  line.Number("time", LogStampNow());
  line.Name("type", "upstream");
  line.Name("event", event);
  line.Name("upstream", upstream);
  line.Name("endpoint", endpoint);
  return line;
}

void Emit(LoggingWorker& worker) {
  worker.gate.Write({telemetry::LineKind::kUpstream}, worker.line.End());
}

}  // namespace

void LogEjected(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint,
                std::string_view reason, Duration time) {
  telemetry::JsonLine& line = Begin(worker, "upstream-ejected", upstream, endpoint);
  line.Text("reason", reason);
  line.Number("forMs", std::chrono::duration_cast<Milliseconds>(time).count());
  Emit(worker);
}

void LogReadmitted(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint) {
  telemetry::JsonLine& line = Begin(worker, "upstream-restored", upstream, endpoint);
  line.Text("reason", "its ejection time is over");
  Emit(worker);
}

void LogHealth(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint,
               bool is_healthy, std::string_view reason) {
  const std::string_view event = is_healthy ? "upstream-up" : "upstream-down";
  Begin(worker, event, upstream, endpoint).Text("reason", reason);
  Emit(worker);
}

void LogDistrusted(LoggingWorker& worker, std::string_view upstream, std::string_view endpoint,
                   const Error& why) {
  telemetry::JsonLine& line = Begin(worker, "upstream-distrusted", upstream, endpoint);
  AddError(line, why);
  Emit(worker);
}

}  // namespace pinlatch::proxy
