// Which clients nobody can be, where bundles accept nobody.
#include "policy/unreachable_clients.h"

#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

snapshot::Listener With(uint32_t trust, snapshot::ClientAuth auth) {
  snapshot::Listener listener;
  listener.trust = trust;
  listener.client_auth = auth;
  return listener;
}

snapshot::Route Allowing(std::vector<uint32_t> clients, std::vector<uint32_t> listeners) {
  snapshot::Route route;
  route.clients = std::move(clients);
  route.listeners = std::move(listeners);
  return route;
}

TEST_CASE("a client can be nobody when every bundle that could accept it accepts nobody") {
  snapshot::Snapshot snapshot;
  snapshot.clients.resize(4);
  snapshot.listeners = {With(0, snapshot::ClientAuth::kRequired),
                        With(1, snapshot::ClientAuth::kOptional)};
  snapshot.routes = {Allowing({0, 1}, {0}), Allowing({1, 2}, {1})};
  const std::vector<ClientTrust> clients = TrustOfClients(snapshot);
  CHECK(clients == std::vector<ClientTrust>{{0}, {0, 1}, {1}, {}});
  CHECK(CountUnreachable(clients, {true, false}, 0) == 1);
  CHECK(CountUnreachable(clients, {true, true}, 0) == 2);
  CHECK(CountUnreachable(clients, {true, true}, 1) == 2);
}

TEST_CASE("server names have bundles of their own, and who is asked for nothing is no client") {
  snapshot::Snapshot snapshot;
  snapshot.clients.resize(1);
  snapshot.listeners = {With(0, snapshot::ClientAuth::kNone)};
  snapshot.listeners[0].names.resize(1);
  snapshot.listeners[0].names[0].trust = 2;
  snapshot.tcp_routes.emplace_back();
  snapshot.tcp_routes[0].clients = {0};
  snapshot.tcp_routes[0].listeners = {0};
  CHECK(TrustOfClients(snapshot) == std::vector<ClientTrust>{{2}});
}

}  // namespace
}  // namespace pinlatch::policy
