// What a listener does before TLS, and TCP routes: what the decoder takes and refuses.
#include "doctest/doctest.h"
#include "snapshot/decoder.h"
#include "snapshot/test_document.h"

namespace pinlatch::snapshot {
namespace {

bool Refuses(std::string_view place, std::string_view value, std::string_view at) {
  const Result<Snapshot> snapshot = Decode(Changed(place, value));
  CAPTURE(place);
  CAPTURE(value);
  if (!snapshot.ok()) CHECK(snapshot.error().at == at);
  return !snapshot.ok();
}

bool Refuses(std::string_view place, std::string_view value) {
  return Refuses(place, value, place);
}

TEST_CASE("the front of a listener is read") {
  const Result<Snapshot> snapshot = Decode(FullDocument());
  REQUIRE(snapshot.ok());
  const Front& edge = snapshot->listeners[0].front;
  CHECK(edge.mode == Mode::kHttp);
  REQUIRE(edge.proxy_from.size() == 1);
  CHECK(edge.proxy_from[0].size == 4);
  CHECK(edge.proxy_from[0].bits == 8);
  CHECK(edge.proxy_from[0].bytes[0] == 10);
  REQUIRE(edge.forwarded_from.size() == 1);
  CHECK(edge.forwarded_from[0].size == 16);
  const Front& plant = snapshot->listeners[2].front;
  CHECK(plant.mode == Mode::kTcp);
  CHECK(plant.alpn == std::vector<std::string>{"mqtt"});
  CHECK(plant.start_tls == StartTls::kPostgresql);
  CHECK(snapshot->listeners[0].limits.connections_per_address == 20);
  CHECK(snapshot->listeners[0].limits.handshakes_per_address == 30);
  CHECK(snapshot->listeners[0].limits.handshake_period_ms == 60000);
  CHECK(snapshot->listeners[0].limits.handshake_burst == 40);
  CHECK(snapshot->listeners[0].timeouts.tunnel_idle == Milliseconds(17));
}

TEST_CASE("a front that makes no sense is refused") {
  CHECK(Refuses("/listeners/0/front/mode", "\"udp\""));
  CHECK(Refuses("/listeners/0/front/alpn", "[\"h2\"]", "/listeners/0/front"));
  CHECK(Refuses("/listeners/0/front/startTls", "\"postgresql\"", "/listeners/0/front"));
  CHECK(Refuses("/listeners/2/front/startTls", "\"smtp\""));
  CHECK(Refuses("/listeners/2/front/alpn/0", "\"\""));
  CHECK(Refuses("/listeners/2/front/alpn/0", "\"a b\""));
  CHECK(Refuses("/listeners/0/front/proxyFrom/0/address", "\"0a00\""));
  CHECK(Refuses("/listeners/0/front/proxyFrom/0/address", "\"10.0.0.0\""));
}

TEST_CASE("TCP routes are read") {
  const Result<Snapshot> snapshot = Decode(FullDocument());
  REQUIRE(snapshot.ok());
  REQUIRE(snapshot->tcp_routes.size() == 2);
  const TcpRoute& broker = snapshot->tcp_routes[0];
  CHECK(broker.name == "broker");
  CHECK(broker.at == "/routes/5");
  CHECK(broker.listeners == std::vector<uint32_t>{2});
  CHECK(broker.server_name == "mqtt.local");
  CHECK(broker.allow == Allow::kClients);
  CHECK(broker.clients == std::vector<uint32_t>{0});
  CHECK(broker.upstream == 0);
  CHECK(broker.send_proxy_header);
  CHECK(snapshot->tcp_routes[1].server_name.empty());
  CHECK(snapshot->tcp_routes[1].allow == Allow::kAnyTrusted);
  CHECK_FALSE(snapshot->tcp_routes[1].send_proxy_header);
}

TEST_CASE("a TCP route that leads nowhere, or shares its name, is refused") {
  CHECK(Refuses("/tcpRoutes/0/name", "\"ping\""));
  CHECK(Refuses("/tcpRoutes/0/upstream", "\"nothing\""));
  CHECK(Refuses("/tcpRoutes/0/listeners", "[]"));
  CHECK(Refuses("/tcpRoutes/0/serverName", "\"\""));
  CHECK(Refuses("/tcpRoutes/0/serverName", "\"*\""));
  CHECK(Refuses("/tcpRoutes/0/sendProxyProtocol", "\"v1\""));
  CHECK(Refuses("/tcpRoutes/0/allow", "\"nobody\""));
}

}  // namespace
}  // namespace pinlatch::snapshot
