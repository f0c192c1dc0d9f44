// See http2_upstream_pool.h.
#include "upstream/http2_upstream_pool.h"

#include <algorithm>
#include <utility>

#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

Result<Http2UpstreamConnection*> Http2UpstreamPool::Find(UpstreamWorker& worker,
                                                         const Target& target, bool allow_reuse) {
  if (Http2UpstreamConnection* const found = allow_reuse ? FindOpen(target) : nullptr) {
    worker.counters.upstream_connections_reused.Add();
    return found;
  }
  PINLATCH_ASSIGN(auto opened, Http2UpstreamConnection::Open(worker, target, *this));
  worker.counters.upstream_connections_opened.Add();
  auto& siblings = connections_[target.pool_key];
  siblings.push_back(std::move(opened));
  return siblings.back().get();
}

Http2UpstreamConnection* Http2UpstreamPool::FindOpen(const Target& target) const {
  const auto entry = connections_.find(target.pool_key);
  if (entry == connections_.end()) return nullptr;
  for (const auto& connection : entry->second) {
    if (connection->takes_streams()) return connection.get();
  }
  return nullptr;
}

bool Http2UpstreamPool::GiveBack() {
  for (const auto& [key, siblings] : connections_) {
    for (const auto& connection : siblings) {
      if (!connection->idle()) continue;
      connection->SayFarewell();
      OnOver(*connection);
      return true;
    }
  }
  return false;
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
