// See recent_clients.h.
#include "admission/recent_clients.h"

#include <algorithm>
#include <utility>

namespace pinlatch::proxy {

void RecentClients::Arrived(const Peer& peer, UnixSeconds now) {
  const std::lock_guard lock(mutex_);
  const Key key(peer.listener_name, peer.server_name, peer.identity->sha256);
  auto place = clients_.find(key);
  if (place == clients_.end()) {
    MakeRoom();
    RecentClient fresh{peer.listener_name, peer.server_name, peer.identity, now, 0};
    place = clients_.emplace(key, std::move(fresh)).first;
  }
  place->second.identity = peer.identity;
  place->second.last_seen = now;
  ++place->second.open;
}

void RecentClients::Left(const Peer& peer, UnixSeconds now) {
  const std::lock_guard lock(mutex_);
  const auto place =
      clients_.find(Key(peer.listener_name, peer.server_name, peer.identity->sha256));
  // It may have given way to others, and come again since.
  if (place == clients_.end() || place->second.open == 0) return;
  place->second.last_seen = now;
  --place->second.open;
}

std::vector<RecentClient> RecentClients::Read() const {
  const std::lock_guard lock(mutex_);
  std::vector<RecentClient> all;
  all.reserve(clients_.size());
  for (const auto& [key, client] : clients_) all.push_back(client);
  return all;
}

void RecentClients::MakeRoom() {
  if (clients_.size() < kMost) return;
  const auto gives_way_first = [](const auto& a, const auto& b) {
    const auto rank = [](const RecentClient& client) {
      return std::pair(client.open > 0, client.last_seen);
    };
    return rank(a.second) < rank(b.second);
  };
  clients_.erase(std::min_element(clients_.begin(), clients_.end(), gives_way_first));
}

}  // namespace pinlatch::proxy
