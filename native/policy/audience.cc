// See audience.h.
#include "policy/audience.h"

#include <algorithm>
#include <vector>

namespace pinlatch::policy {

bool Audience::Admits(const ClientSet& matched) const {
  return any_trusted || std::any_of(matched.begin(), matched.end(), [this](uint32_t client) {
           return std::binary_search(clients.begin(), clients.end(), client);
         });
}

Audience AudienceOf(const snapshot::Snapshot& snapshot, uint32_t listener) {
  Audience audience;
  std::vector<bool> named(snapshot.clients.size());
  const auto take = [&](const snapshot::RouteRule& route) {
    if (std::find(route.listeners.begin(), route.listeners.end(), listener) ==
        route.listeners.end()) {
      return;
    }
    if (route.allow != snapshot::Allow::kClients) audience.any_trusted = true;
    for (const uint32_t client : route.clients) named[client] = true;
  };
  for (const snapshot::Route& route : snapshot.routes) take(route);
  for (const snapshot::TcpRoute& route : snapshot.tcp_routes) take(route);
  for (uint32_t client = 0; client < named.size(); ++client) {
    if (named[client]) audience.clients.push_back(client);
  }
  return audience;
}

}  // namespace pinlatch::policy
