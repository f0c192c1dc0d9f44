// Owns UpstreamWorker: a worker as far as it has connections to upstreams.
#pragma once

#include "proxy/http2_upstream_pool.h"
#include "proxy/live_upstreams.h"
#include "proxy/logging_worker.h"
#include "proxy/upstream_pool.h"

namespace pinlatch::proxy {

struct UpstreamWorker : LoggingWorker {
  using LoggingWorker::LoggingWorker;

  LiveUpstreams live_upstreams{*this};  // before whatever has connections to upstreams
  UpstreamPool pool;
  Http2UpstreamPool http2_pool;
};

}  // namespace pinlatch::proxy
