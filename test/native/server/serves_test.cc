// Tests the server as a whole over real sockets: what a pinned client, another one and none get.
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "doctest/doctest.h"
#include "server/running.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

bool TakesConnections(uint16_t port) {
  const int fd = ConnectPlain(port);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a pinned client is served on both protocol versions, again and again") {
  Running gateway;
  for (const bool tls13 : {false, true}) {
    auto client = gateway.Connect("pinned", tls13);
    REQUIRE(client);
    for (int i = 0; i < 3; ++i) {
      CHECK(Has(client->Get("/static"), "HTTP/1.1 200 OK"));
      CHECK(Has(client->Get("/api/x?y=1"), "GET /api/x?y=1 0"));
    }
  }
}

TEST_CASE("a client that is not pinned is told so, and served where any trusted one is") {
  Running gateway;
  auto client = gateway.Connect("other");
  REQUIRE(client);
  const std::string refused = client->Get("/api/x");
  CHECK(Has(refused, "HTTP/1.1 403 Forbidden"));
  CHECK(Has(refused, "\"code\":\"not-pinned\""));
  CHECK(Has(client->Get("/open/a"), "HTTP/1.1 204 No Content"));
  CHECK(Has(client->Get("/nowhere"), "HTTP/1.1 404 Not Found"));
}

TEST_CASE("requests that arrive together are answered in order") {
  Running gateway;
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  std::string requests;
  for (int i = 0; i < 5; ++i) {
    requests += "GET /api/" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  REQUIRE(client->Send(requests));
  std::string responses;
  while (!Has(responses, "/api/4 0")) {
    const std::string piece = client->Receive();
    CHECK(!piece.empty());
    if (piece.empty()) break;
    responses += piece;
  }
  size_t at = 0;
  for (int i = 0; i < 5; ++i) {
    at = responses.find("GET /api/" + std::to_string(i) + " 0", at);
    CHECK(at != std::string::npos);
  }
}

TEST_CASE("a body reaches the service whole, with a length and in chunks") {
  Running gateway;
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  const std::string body(300000, 'b');
  REQUIRE(
      client->Send("POST /api/up HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + body));
  CHECK(Has(client->ReceiveResponse(), "POST /api/up 300000"));
}

TEST_CASE("clients that vanish in any phase leave nothing open") {
  Running gateway;
  const std::string slow = "GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n";
  for (int round = 0; round < 4; ++round) {
    close(ConnectPlain(gateway.port));
    const int half = ConnectPlain(gateway.port);
    CHECK(write(half, "\x16\x03\x01\x02\x00\x01", 6) == 6);
    close(half);
    for (const std::string& bytes :
         {std::string(), std::string("GET /api/x HT"), slow,
          std::string("POST /api/up HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nabc")}) {
      auto client = gateway.Connect("pinned", round % 2 == 0);
      REQUIRE(client);
      if (!bytes.empty()) CHECK(client->Send(bytes));
      client->Vanish();
    }
  }
  CHECK(gateway.NothingOpen());
  gateway.service.Release();
}

TEST_CASE("a publish changes the next request of an open connection, also under load") {
  Running gateway;
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  CHECK(Has(client->Get("/static"), "200 OK"));
  std::atomic<bool> done{false};
  std::atomic<int> failures{0};
  std::vector<std::thread> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.emplace_back([&] {
      auto own = gateway.Connect("pinned");
      while (!done) {
        if (!own || !Has(own->Get("/open/a"), "204")) ++failures;
      }
    });
  }
  Document closed = gateway.document;
  closed.pinned = {"other"};
  const std::string with = gateway.document.Text(gateway.material);
  const std::string without = closed.Text(gateway.material);
  for (int i = 0; i < 20; ++i) {
    CHECK(gateway.server.Apply(without).empty());
    CHECK(Has(client->Get("/static"), "403 Forbidden"));
    CHECK(gateway.server.Apply(with).empty());
    CHECK(Has(client->Get("/static"), "200 OK"));
    gateway.server.DrainEvents();
  }
  done = true;
  for (std::thread& thread : crowd) thread.join();
  CHECK(failures == 0);
}

TEST_CASE("a broken document changes nothing") {
  Running gateway;
  auto client = gateway.Connect("pinned");
  REQUIRE(client);
  CHECK_FALSE(gateway.server.Apply("{}").empty());
  Document moved = gateway.document;
  moved.port = gateway.service.port();  // which is taken
  CHECK_FALSE(gateway.server.Apply(moved.Text(gateway.material)).empty());
  CHECK(gateway.server.generation() == 1);
  CHECK(Has(client->Get("/static"), "200 OK"));
}

TEST_CASE("a drain lets requests in flight finish and closes the rest") {
  Running gateway;
  auto idle = gateway.Connect("pinned");
  auto busy = gateway.Connect("pinned");
  REQUIRE(idle);
  REQUIRE(busy);
  CHECK(Has(idle->Get("/static"), "200 OK"));
  REQUIRE(busy->Send("GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
  REQUIRE(Eventually([&] { return gateway.service.held() == 1; }));
  std::atomic<int> cut{-1};
  gateway.server.Drain(Milliseconds(8000), [&](size_t count) { cut = static_cast<int>(count); });
  REQUIRE(Eventually([&] { return !TakesConnections(gateway.port); }));
  gateway.service.Release();
  const std::string response = busy->ReceiveResponse();
  CHECK(Has(response, "GET /api/slow 0"));
  CHECK(Has(response, "Connection: close"));
  CHECK(busy->Receive().empty());
  CHECK(idle->Receive().empty());
  CHECK(Eventually([&] { return cut == 0; }));
}

TEST_CASE("the drain deadline cuts what does not finish, and counts it") {
  Running gateway;
  auto busy = gateway.Connect("pinned");
  REQUIRE(busy);
  REQUIRE(busy->Send("GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
  REQUIRE(Eventually([&] { return gateway.service.held() == 1; }));
  std::atomic<int> cut{-1};
  gateway.server.Drain(Milliseconds(50), [&](size_t count) { cut = static_cast<int>(count); });
  CHECK(Eventually([&] { return cut == 1; }));
  CHECK(busy->Receive().empty());
  gateway.service.Release();
}

TEST_CASE("closing cuts what is open, and its log lines and counts remain") {
  Running gateway;
  auto busy = gateway.Connect("pinned");
  REQUIRE(busy);
  REQUIRE(busy->Send("GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
  REQUIRE(Eventually([&] { return gateway.service.held() == 1; }));
  gateway.server.Close();
  CHECK(Has(gateway.server.DrainEvents(), "\"path\":\"/api/slow\""));
  CHECK(CounterOf(gateway.server, "requests") == 1);
  CHECK(CounterOf(gateway.server, "connectionsOpen") == 0);
  gateway.service.Release();
}

TEST_CASE("every phase of a client has its timeout") {
  Document quick;
  quick.idle_ms = quick.head_ms = quick.body_ms = quick.handshake_ms = quick.response_ms = 200;
  Running gateway(quick);
  const int silent = ConnectPlain(gateway.port);
  char byte = 0;
  CHECK(recv(silent, &byte, 1, 0) == 0);  // handshake
  close(silent);
  auto idle = gateway.Connect("pinned");
  REQUIRE(idle);
  CHECK(idle->Receive().empty());
  auto head = gateway.Connect("pinned");
  REQUIRE(head);
  REQUIRE(head->Send("GET / HTTP/1.1\r\n"));
  CHECK(Has(head->ReceiveResponse(), "408 Request Timeout"));
  auto body = gateway.Connect("pinned");
  REQUIRE(body);
  REQUIRE(body->Send("POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"));
  CHECK(Has(body->ReceiveResponse(), "408 Request Timeout"));
  auto slow = gateway.Connect("pinned");
  REQUIRE(slow);
  CHECK(Has(slow->Get("/api/slow"), "504 Gateway Timeout"));
  gateway.service.Release();
  CHECK(gateway.NothingOpen());
}
