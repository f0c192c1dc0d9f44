// Owns the choice of the protocol that a target is spoken to with.
#pragma once

#include <memory>

#include "base/result.h"
#include "upstream/upstream_stream.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

// OpenUpstream begins to reach `target`, over a connection that stands already if it may. `user`
// outlives the stream. Error: kUpstreamConnect.
Result<std::unique_ptr<UpstreamStream>> OpenUpstream(UpstreamWorker& worker, const Target& target,
                                                     bool allow_reuse, UpstreamStream::User& user);

}  // namespace pinlatch::proxy
