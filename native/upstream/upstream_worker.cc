// See upstream_worker.h.
#include "upstream/upstream_worker.h"

#include "upstream/http1_upstream.h"
#include "upstream/http2_upstream.h"

namespace pinlatch::proxy {

UpstreamWorker::UpstreamWorker(io::EventLoop& event_loop, telemetry::Counters& worker_counters,
                               telemetry::EventLog& event_log, WallClock wall_clock)
    : LoggingWorker(event_loop, worker_counters, event_log, wall_clock),
      open_upstream([this](const Target& target, bool allow_reuse, UpstreamStream::User& user) {
        return target.protocol == snapshot::UpstreamProtocol::kHttp2
                   ? Http2Upstream::Open(*this, target, allow_reuse, user)
                   : Http1Upstream::Open(*this, target, allow_reuse, user);
      }) {}

}  // namespace pinlatch::proxy
