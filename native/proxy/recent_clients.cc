// See recent_clients.h.
#include "proxy/recent_clients.h"

#include <algorithm>

namespace pinlatch::proxy {

void RecentClients::Arrived(const std::string& listener,
                            const std::shared_ptr<const identity::PeerIdentity>& identity,
                            UnixSeconds now) {
  const std::lock_guard lock(mutex_);
  const Key key(listener, identity->sha256);
  auto place = clients_.find(key);
  if (place == clients_.end()) {
    MakeRoom();
    place = clients_.emplace(key, RecentClient{listener, identity, now, 0}).first;
  }
  place->second.identity = identity;
  place->second.last_seen = now;
  ++place->second.open;
}

void RecentClients::Left(const std::string& listener, const identity::PeerIdentity& identity,
                         UnixSeconds now) {
  const std::lock_guard lock(mutex_);
  const auto place = clients_.find(Key(listener, identity.sha256));
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
