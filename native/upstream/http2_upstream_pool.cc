// See http2_upstream_pool.h.
#include "upstream/http2_upstream_pool.h"

#include <algorithm>
#include <utility>

#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

Result<Http2UpstreamConnection*> Http2UpstreamPool::Find(UpstreamWorker& worker,
                                                         const Target& target, bool allow_reuse) {
  auto& siblings = connections_[target.pool_key];
  const auto found = std::find_if(siblings.begin(), siblings.end(), [](const auto& connection) {
    return connection->takes_streams();
  });
  if (allow_reuse && found != siblings.end()) {
    worker.counters.upstream_connections_reused.Add();
    return found->get();
  }
  PINLATCH_ASSIGN(auto opened, Http2UpstreamConnection::Open(worker, target, *this));
  worker.counters.upstream_connections_opened.Add();
  siblings.push_back(std::move(opened));
  return siblings.back().get();
}

void Http2UpstreamPool::Clear() { connections_.clear(); }

void Http2UpstreamPool::OnOver(Http2UpstreamConnection& connection) {
  const auto entry = connections_.find(connection.pool_key());
  auto& siblings = entry->second;
  std::erase_if(siblings,
                [&connection](const auto& sibling) { return sibling.get() == &connection; });
  if (siblings.empty()) connections_.erase(entry);
}

}  // namespace pinlatch::proxy
