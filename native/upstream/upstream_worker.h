// Owns UpstreamWorker: a worker as far as it has connections to upstreams.
#pragma once

#include "log/logging_worker.h"
#include "upstream/http2_upstream_pool.h"
#include "upstream/live_upstreams.h"
#include "upstream/upstream_pool.h"

namespace pinlatch::proxy {

struct UpstreamWorker : LoggingWorker {
  using LoggingWorker::LoggingWorker;

  LiveUpstreams live_upstreams{*this};  // before whatever has connections to upstreams
  UpstreamPool pool;
  Http2UpstreamPool http2_pool;
};

}  // namespace pinlatch::proxy
