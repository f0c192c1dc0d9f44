// Tests admission/recent_clients.h: who is remembered, and who gives way.
#include "admission/recent_clients.h"

#include <algorithm>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

using Identity = std::shared_ptr<const identity::PeerIdentity>;

Identity Somebody(uint32_t number) {
  identity::PeerIdentity identity;
  identity.sha256[0] = static_cast<uint8_t>(number >> 8);
  identity.sha256[1] = static_cast<uint8_t>(number);
  return std::make_shared<const identity::PeerIdentity>(std::move(identity));
}

Peer On(const std::string& listener, uint32_t number, const std::string& server_name = "") {
  Peer peer;
  peer.listener_name = listener;
  peer.server_name = server_name;
  peer.identity = Somebody(number);
  return peer;
}

bool Knows(const RecentClients& recent, uint32_t number) {
  const Identity wanted = Somebody(number);
  const auto all = recent.Read();
  return std::any_of(all.begin(), all.end(), [&](const RecentClient& client) {
    return client.identity->sha256 == wanted->sha256;
  });
}

}  // namespace

TEST_CASE("a certificate is one client on each listener, however often it comes") {
  RecentClients recent;
  recent.Arrived(On("edge", 1), 10);
  recent.Arrived(On("edge", 1), 20);
  recent.Arrived(On("admin", 1), 30);
  recent.Left(On("edge", 1), 40);
  const auto all = recent.Read();
  REQUIRE(all.size() == 2);
  CHECK(all[0].listener == "admin");
  CHECK(all[0].open == 1);
  CHECK(all[0].last_seen == 30);
  CHECK(all[1].listener == "edge");
  CHECK(all[1].open == 1);
  CHECK(all[1].last_seen == 40);
}

TEST_CASE("under another server name it is another client: other trust may hold there") {
  RecentClients recent;
  recent.Arrived(On("edge", 1, "a.local"), 10);
  recent.Arrived(On("edge", 1, "b.local"), 20);
  recent.Left(On("edge", 1, "a.local"), 30);
  const auto all = recent.Read();
  REQUIRE(all.size() == 2);
  CHECK(all[0].server_name == "a.local");
  CHECK(all[0].open == 0);
  CHECK(all[1].server_name == "b.local");
  CHECK(all[1].open == 1);
}

TEST_CASE("who was seen longest ago gives way, and before all others who has no connection") {
  RecentClients recent;
  for (uint32_t i = 0; i < RecentClients::kMost; ++i) recent.Arrived(On("edge", i), i);
  recent.Left(On("edge", 7), 5000);
  recent.Arrived(On("edge", 9001), 5001);
  CHECK(recent.Read().size() == RecentClients::kMost);
  CHECK_FALSE(Knows(recent, 7));
  CHECK(Knows(recent, 0));
  recent.Arrived(On("edge", 9002), 5002);
  CHECK_FALSE(Knows(recent, 0));
  CHECK(Knows(recent, 9001));
  recent.Left(On("edge", 0), 5003);  // it gave way: nothing happens
  CHECK(recent.Read().size() == RecentClients::kMost);
}
