// See unreachable_clients.h.
#include "policy/unreachable_clients.h"

#include <algorithm>

namespace pinlatch::policy {
namespace {

using snapshot::ClientAuth;

// The bundles by which a listener accepts clients, whatever server name they ask for.
ClientTrust TrustOf(const snapshot::Listener& listener) {
  ClientTrust trust;
  if (listener.client_auth != ClientAuth::kNone) trust.push_back(listener.trust);
  for (const snapshot::ServerName& name : listener.names) {
    if (name.client_auth != ClientAuth::kNone) trust.push_back(name.trust);
  }
  return trust;
}

template <typename Rules>
void AddRoutes(const Rules& rules, const std::vector<ClientTrust>& by_listener,
               std::vector<ClientTrust>& into) {
  for (const snapshot::RouteRule& rule : rules) {
    for (const uint32_t listener : rule.listeners) {
      const ClientTrust& trust = by_listener[listener];
      for (const uint32_t client : rule.clients)
        into[client].insert(into[client].end(), trust.begin(), trust.end());
    }
  }
}

}  // namespace

std::vector<ClientTrust> TrustOfClients(const snapshot::Snapshot& snapshot) {
  std::vector<ClientTrust> by_listener;
  for (const snapshot::Listener& listener : snapshot.listeners)
    by_listener.push_back(TrustOf(listener));
  std::vector<ClientTrust> clients(snapshot.clients.size());
  AddRoutes(snapshot.routes, by_listener, clients);
  AddRoutes(snapshot.tcp_routes, by_listener, clients);
  for (ClientTrust& trust : clients) {
    std::sort(trust.begin(), trust.end());
    trust.erase(std::unique(trust.begin(), trust.end()), trust.end());
  }
  return clients;
}

size_t CountUnreachable(const std::vector<ClientTrust>& clients, const std::vector<bool>& closed,
                        uint32_t bundle) {
  const auto is_unreachable = [&](const ClientTrust& trust) {
    return std::binary_search(trust.begin(), trust.end(), bundle) &&
           std::all_of(trust.begin(), trust.end(), [&](uint32_t one) { return closed[one]; });
  };
  return static_cast<size_t>(std::count_if(clients.begin(), clients.end(), is_unreachable));
}

}  // namespace pinlatch::policy
