// Owns UpstreamWorker: a worker as far as it has connections to upstreams.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "log/logging_worker.h"
#include "upstream/descriptors.h"
#include "upstream/http2_upstream_pool.h"
#include "upstream/live_upstreams.h"
#include "upstream/upstream_pool.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

struct UpstreamWorker : LoggingWorker {
  // OpenUpstream begins to reach a target, over a connection that stands already if it may. The
  // user outlives the stream. Errors: as of UpstreamConnection::Open.
  using OpenUpstream = std::function<Result<std::unique_ptr<UpstreamStream>>(
      const Target& target, bool allow_reuse, UpstreamStream::User& user)>;

  UpstreamWorker(io::EventLoop& event_loop, telemetry::Counters& worker_counters,
                 telemetry::EventLog& event_log, WallClock wall_clock);

  LiveUpstreams live_upstreams{*this};  // before whatever has connections to upstreams
  UpstreamPool pool{loop};
  Http2UpstreamPool http2_pool;
  Descriptors descriptors{*this};
  OpenUpstream open_upstream;  // over the network, in the target's protocol
};

}  // namespace pinlatch::proxy
