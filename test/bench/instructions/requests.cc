// Measures requests on a connection that has carried some: answered by the gateway and by the
// service behind it, over HTTP/1.1 and HTTP/2.
#include <string>
#include <string_view>

#include "doctest/doctest.h"
#include "instructions/gateway.h"
#include "instructions/http2_peer.h"
#include "instructions/measured.h"
#include "instructions/visit.h"

namespace pinlatch::instructions {
namespace {

constexpr int kUnits = 64;
constexpr int kConnections = 8;
constexpr std::string_view kStatic = "/static";
constexpr std::string_view kProxied = "/api/measured?by=instructions";
constexpr std::string_view kStaticBody = "hello";
constexpr std::string_view kProxiedBody = "thirty bytes from the service\n";

std::string RequestFor(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";
}

void MeasureHttp1(const std::string& row, std::string_view target, const Options& options = {}) {
  Gateway gateway(options);
  Visit visit(gateway, gateway.Client(true, gateway.pinned));
  visit.Enter();
  const bool is_proxied = target == kProxied;
  const std::string request = RequestFor(target);
  Measure(row, kUnits, [&] {
    visit.Send(request);
    if (is_proxied) gateway.service.Answer();
    const std::string response = visit.Receive();
    REQUIRE(response.starts_with("HTTP/1.1 200 OK\r\n"));
    REQUIRE(response.ends_with(is_proxied ? kProxiedBody : kStaticBody));
    gateway.Forget();
  });
  visit.Leave();
}

void MeasureHttp2(const std::string& row, std::string_view target) {
  Gateway gateway;
  test::ClientOptions options = gateway.Client(true, gateway.pinned);
  options.protocols = {"h2"};
  Visit visit(gateway, std::move(options));
  visit.Enter();
  Http2Peer peer(visit);
  const bool is_proxied = target == kProxied;
  Measure(row, kUnits, [&] {
    peer.Ask(target);
    if (is_proxied) gateway.service.Answer();
    REQUIRE(peer.Body() == (is_proxied ? kProxiedBody : kStaticBody));
  });
  visit.Leave();
}

// What the gateway finds out of a client it may find out at the handshake or at the first request.
TEST_CASE("a connection of one request") {
  Gateway gateway;
  Measure("full handshake and one static request, TLS 1.3, P-256", kConnections, [&] {
    Visit visit(gateway, gateway.Client(true, gateway.pinned));
    visit.Enter();
    visit.Send(RequestFor(kStatic));
    REQUIRE(visit.Receive().ends_with(kStaticBody));
    visit.Leave();
  });
}

TEST_CASE("requests over HTTP/1.1") {
  MeasureHttp1("static request, HTTP/1.1", kStatic);
  MeasureHttp1("static request, HTTP/1.1, logged", kStatic, {.access_log = "all"});
  MeasureHttp1("proxied request, HTTP/1.1", kProxied);
}

TEST_CASE("requests over HTTP/2") {
  MeasureHttp2("static request, HTTP/2", kStatic);
  MeasureHttp2("proxied request, HTTP/2", kProxied);
}

}  // namespace
}  // namespace pinlatch::instructions
