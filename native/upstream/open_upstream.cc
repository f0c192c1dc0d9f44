// See open_upstream.h.
#include "upstream/open_upstream.h"

#include "upstream/http1_upstream.h"
#include "upstream/http2_upstream.h"

namespace pinlatch::proxy {

Result<std::unique_ptr<UpstreamStream>> OpenUpstream(UpstreamWorker& worker, const Target& target,
                                                     bool allow_reuse, UpstreamStream::User& user) {
  if (target.protocol == snapshot::UpstreamProtocol::kHttp2) {
    return Http2Upstream::Open(worker, target, allow_reuse, user);
  }
  return Http1Upstream::Open(worker, target, allow_reuse, user);
}

}  // namespace pinlatch::proxy
