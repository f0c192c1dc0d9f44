// Owns the choice of the protocol that a target is spoken to with.
#pragma once

#include <memory>

#include "base/result.h"
#include "proxy/upstream_stream.h"
#include "proxy/worker_context.h"

namespace pinlatch::proxy {

// OpenUpstream begins to reach `target`, over a connection that stands already if it may. `user`
// outlives the stream. Errors: as of UpstreamConnection::Open.
Result<std::unique_ptr<UpstreamStream>> OpenUpstream(WorkerContext& worker, const Target& target,
                                                     bool allow_reuse, UpstreamStream::User& user);

}  // namespace pinlatch::proxy
