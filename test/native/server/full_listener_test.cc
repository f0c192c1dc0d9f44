// Tests a listener that has all the handshakes it may have.
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "server/running.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

Document Small() {
  Document document;
  document.handshakes = 16;  // eight a worker
  document.first_byte_ms = document.handshake_ms = 600000;
  return document;
}

// Crowd is connections that say nothing.
struct Crowd {
  ~Crowd() {
    for (const int fd : sockets) close(fd);
  }
  void Connect(uint16_t port, int count) {
    while (count-- > 0) sockets.push_back(ConnectPlain(port));
  }
  std::vector<int> sockets;
};

}  // namespace

TEST_CASE("a client half-way through its handshake outlives a crowd that says nothing") {
  for (const bool tls13 : {false, true}) {
    CAPTURE(tls13);
    Running gateway(Small());
    Crowd crowd;
    const auto flood = [&] {
      const uint64_t before = CounterOf(gateway.server, "connectionsDisplaced");
      crowd.Connect(gateway.port, 64);
      CHECK(Eventually(
          [&] { return CounterOf(gateway.server, "connectionsDisplaced") >= before + 32; }));
    };
    auto client = TlsClient::Connect(gateway.material, gateway.port, "pinned", tls13, flood);
    REQUIRE(client);
    CHECK(client->Get("/static").find("200 OK") != std::string::npos);
  }
}

TEST_CASE("more clients at once than may shake hands at once all get in, and nobody has to go") {
  Running gateway(Small());
  std::atomic<int> served{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 60; ++i) {
    clients.emplace_back([&, i] {
      auto client = gateway.Connect("pinned", i % 2 == 0);
      if (client && client->Get("/static").find("200 OK") != std::string::npos) ++served;
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(served == 60);
  CHECK(CounterOf(gateway.server, "connectionsDisplaced") == 0);
  CHECK(CounterOf(gateway.server, "idleClientsDisplaced") == 0);
}
