// See upstream_pool.h.
#include "upstream/upstream_pool.h"

#include <algorithm>
#include <utility>

namespace pinlatch::proxy {

std::unique_ptr<UpstreamConnection> UpstreamPool::Take(const Target& target) {
  const auto found = idle_.find(target.pool_key);
  if (found == idle_.end()) return nullptr;
  while (!found->second.empty()) {
    std::unique_ptr<UpstreamConnection> connection = std::move(found->second.back());
    found->second.pop_back();
    if (!connection->Quiet()) continue;  // it would not be accepted any more
    connection->DisarmTimer();
    connection->SetUser(nullptr);
    return connection;
  }
  return nullptr;
}

void UpstreamPool::Put(std::unique_ptr<UpstreamConnection> connection, Duration keep_alive,
                       uint32_t max_idle) {
  if (max_idle == 0) return;
  auto& siblings = idle_[connection->pool_key()];
  if (siblings.size() >= max_idle) siblings.erase(siblings.begin());
  connection->Rest();
  connection->SetUser(this);
  connection->ArmTimer(keep_alive);
  siblings.push_back(std::move(connection));
}

bool UpstreamPool::GiveBack() {
  const auto most = std::max_element(
      idle_.begin(), idle_.end(),
      [](const auto& one, const auto& other) { return one.second.size() < other.second.size(); });
  if (most == idle_.end() || most->second.empty()) return false;
  most->second.erase(most->second.begin());
  return true;
}

// Whatever happens on an idle connection ends it: the peer closed, or spoke out of turn.
void UpstreamPool::OnUpstreamReady(UpstreamConnection& connection) {
  if (!connection.Quiet() || connection.Fill(1).kind != Transfer::Kind::kWouldBlock)
    Discard(connection);
}

void UpstreamPool::OnUpstreamTimer(UpstreamConnection& connection) { Discard(connection); }

void UpstreamPool::Discard(UpstreamConnection& connection) {
  auto& siblings = idle_[connection.pool_key()];
  std::erase_if(siblings,
                [&connection](const auto& sibling) { return sibling.get() == &connection; });
}

}  // namespace pinlatch::proxy
