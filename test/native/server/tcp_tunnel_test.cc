// Tests TCP tunnels from the handshake to their line in the log: whose they are, how they end, and
// that nothing is left of them. The service behind them speaks HTTP, of which a tunnel knows
// nothing.
#include <string>

#include "doctest/doctest.h"
#include "server/running.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Document Tunnels(std::string_view allow = R"({"clients":["pinned"]})") {
  Document document;
  document.front = R"({"mode":"tcp","alpn":[],"startTls":null,"proxyFrom":[],"forwardedFrom":[]})";
  document.tcp_routes =
      R"([{"name":"bytes","at":"/routes/3","listeners":["edge"],"serverName":null,"allow":)" +
      std::string(allow) + R"(,"upstream":"service","sendProxyProtocol":null}])";
  return document;
}

std::string LogOf(Running& gateway, std::string_view part) {
  std::string log;
  CHECK(Eventually([&] {
    log += gateway.server.DrainEvents();
    return Has(log, part);
  }));
  return log;
}

}  // namespace

TEST_CASE("bytes go through a tunnel, and a line tells of it") {
  for (const bool tls13 : {false, true}) {
    CAPTURE(tls13);
    Running gateway(Tunnels());
    {
      const auto client = gateway.Connect("pinned", tls13);
      REQUIRE(client);
      CHECK(Has(client->Get("/api/a"), "GET /api/a"));
      CHECK(Has(client->Get("/api/b"), "GET /api/b"));
      CHECK(CounterOf(gateway.server, "tunnelsOpen") == 1);
    }
    const std::string log = LogOf(gateway, "\"type\":\"access\"");
    CHECK(Has(log, "\"protocol\":\"tcp\""));
    CHECK(Has(log, "\"route\":\"bytes\""));
    CHECK(Has(log, "\"client\":\"pinned\""));
    CHECK(gateway.NothingOpen());
    CHECK(CounterOf(gateway.server, "tunnelsOpen") == 0);
    CHECK(CounterOf(gateway.server, "tunnels") == 1);
  }
}

TEST_CASE("who is not admitted is denied, and the service hears nothing of it") {
  Running gateway(Tunnels());
  const auto stranger = gateway.Connect("other");
  REQUIRE(stranger);
  CHECK(stranger->Receive().empty());
  const std::string log = LogOf(gateway, "\"reason\":\"refused\"");
  CHECK(Has(log, "\"event\":\"connection-refused\""));
  CHECK(Has(log, "\"code\":\"not-pinned\""));
  CHECK(CounterOf(gateway.server, "upstreamConnectionsOpened") == 0);
  CHECK(CounterOf(gateway.server, "requestsDenied") == 1);
}

TEST_CASE("a tunnel is cut when its client is denied, or its route admits it no more") {
  Document everybody = Tunnels("\"any-trusted\"");
  Document denied = everybody;
  denied.denied = {"other"};
  for (const Document& next : {denied, Tunnels()}) {
    Running gateway(everybody);
    const auto leaver = gateway.Connect("other");
    const auto stayer = gateway.Connect("pinned");
    REQUIRE(leaver);
    REQUIRE(stayer);
    CHECK(Has(leaver->Get("/api/a"), "GET"));
    CHECK(Has(stayer->Get("/api/a"), "GET"));
    Document published = next;
    published.service_port = gateway.service.port();
    gateway.Publish(published);
    CHECK(leaver->Receive().empty());
    const std::string log = LogOf(gateway, "\"reason\":\"evicted\"");
    CHECK(Has(log, "\"event\":\"connection-closed\""));
    CHECK(Has(stayer->Get("/api/b"), "GET /api/b"));
  }
}

TEST_CASE("tunnels end with the drain's deadline, and say so") {
  Running gateway(Tunnels());
  const auto client = gateway.Connect("pinned");
  REQUIRE(client);
  CHECK(Has(client->Get("/api/a"), "GET"));
  std::atomic<size_t> cut{100};
  gateway.server.Drain(Milliseconds(50), [&cut](size_t count) { cut = count; });
  CHECK(Eventually([&cut] { return cut == 1; }));
  CHECK(Has(LogOf(gateway, "\"reason\":\"cut\""), "\"code\":\"draining\""));
}

TEST_CASE("clients that vanish in the middle of a flood leave nothing behind") {
  Running gateway(Tunnels());
  for (int i = 0; i < 20; ++i) {
    const auto client = gateway.Connect("pinned", i % 2 == 0);
    REQUIRE(client);
    REQUIRE(client->Send("GET /api/flood HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK_FALSE(client->Receive().empty());
    client->Vanish();
  }
  CHECK(gateway.NothingOpen());
  CHECK(Eventually([&] { return CounterOf(gateway.server, "tunnelsOpen") == 0; }));
}

TEST_CASE("a service that is not there ends the connection in an orderly way") {
  Running gateway(Tunnels());
  Document nowhere = Tunnels();
  nowhere.service_port = 1;
  gateway.Publish(nowhere);
  const auto client = gateway.Connect("pinned");
  REQUIRE(client);
  CHECK(client->SaysFarewell());
  CHECK(Has(LogOf(gateway, "\"reason\":\"upstream-failed\""), "upstream-connect-failed"));
}

TEST_CASE("an address has its connections on all workers together") {
  Document document = Tunnels();
  document.workers = 4;
  document.connections_per_address = 3;
  Running gateway(document);
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(gateway.Connect("pinned"));
    REQUIRE(clients.back());
  }
  CHECK_FALSE(gateway.Connect("pinned"));
  CHECK(CounterOf(gateway.server, "connectionsRefused") == 1);
  CHECK(Has(LogOf(gateway, "address-limited"), "too-many-connections"));
  clients.clear();
  CHECK(gateway.NothingOpen());
  CHECK(gateway.Connect("pinned"));
}

TEST_CASE("an address begins as many handshakes as it may") {
  Document document = Tunnels();
  document.handshakes_per_address = 2;
  Running gateway(document);
  CHECK(gateway.Connect("pinned"));
  CHECK(gateway.Connect("pinned"));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(gateway.Connect("pinned"));
  CHECK(CounterOf(gateway.server, "connectionsRefused") == 5);
  CHECK(Has(LogOf(gateway, "address-limited"), "too-many-handshakes"));
}
