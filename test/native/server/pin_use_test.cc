// Tests when a pin counts as used: when it admits a request or a connection, by the gateway's own
// clock, and never because what is open was judged again.
#include <atomic>
#include <string>

#include "doctest/doctest.h"
#include "server/running.h"

using namespace pinlatch;
using namespace pinlatch::test;

namespace {

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A clock that stands still until a test sets it.
std::atomic<UnixSeconds> clock_shows{0};
UnixSeconds ClockShows() { return clock_shows; }

using Times = std::vector<UnixSeconds>;

// The leaver connects first and is judged last: when it is out, all others have been judged.
Document WithLeaver(bool is_tcp) {
  Document document;
  document.workers = 1;
  document.pinned = {"leaver", "pinned", "other"};
  if (!is_tcp) return document;
  document.front = R"({"mode":"tcp","alpn":[],"startTls":null,"proxyFrom":[],"forwardedFrom":[]})";
  document.tcp_routes =
      R"([{"name":"bytes","at":"/routes/3","listeners":["edge"],"serverName":null,)"
      R"("allow":{"clients":["pinned"]},"upstream":"service","sendProxyProtocol":null}])";
  return document;
}

// PinsOverTime is a gateway with three clients, the first of which can be turned out.
struct PinsOverTime {
  explicit PinsOverTime(bool is_tcp)
      : began(clock_shows = UnixNow()), gateway(WithoutLeaver(is_tcp), ClockShows) {
    gateway.material.IssueClient("leaver");
    Document with = WithLeaver(is_tcp);
    with.service_port = gateway.service.port();
    gateway.document = with;
    gateway.Publish(with);
    leaver = gateway.Connect("leaver");
    REQUIRE(leaver);
    CHECK(Has(leaver->Get("/api/leaver"), "GET"));
  }
  static Document WithoutLeaver(bool is_tcp) {
    Document document = WithLeaver(is_tcp);
    document.pinned = {"pinned"};
    return document;
  }
  // JudgeAgain publishes the rules without the leaver, and waits until all others were judged.
  void JudgeAgain() {
    Document next = gateway.document;
    next.denied = {"leaver"};
    gateway.Publish(next);
    CHECK(leaver->Receive().empty());
  }
  Times Uses() const { return gateway.server.ReadPinUse(); }

  const UnixSeconds began;
  Running gateway;
  std::unique_ptr<TlsClient> leaver;
};

}  // namespace

TEST_CASE("a pin was used when its request came, by the clock that decides") {
  PinsOverTime site(false);
  const auto client = site.gateway.Connect("pinned");
  REQUIRE(client);
  CHECK(Has(client->Get("/static"), "200 OK"));
  CHECK(site.Uses() == Times{site.began, site.began, 0});
  clock_shows = site.began + 100;
  CHECK(Has(client->Get("/static"), "200 OK"));
  CHECK(site.Uses() == Times{site.began, site.began + 100, 0});
}

TEST_CASE("a reload is no use of the pins of idle connections and of requests in flight") {
  PinsOverTime site(false);
  const auto idle = site.gateway.Connect("pinned");
  const auto busy = site.gateway.Connect("other");
  REQUIRE(idle);
  REQUIRE(busy);
  CHECK(Has(idle->Get("/static"), "200 OK"));
  REQUIRE(busy->Send("GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
  REQUIRE(Eventually([&] { return site.gateway.service.held() == 1; }));
  clock_shows = site.began + 100;
  site.JudgeAgain();
  CHECK(site.Uses() == Times{site.began, site.began, site.began});
  site.gateway.service.Release();
  CHECK(Has(busy->ReceiveResponse(), "GET /api/slow"));
  CHECK(site.Uses() == Times{site.began, site.began, site.began});
}

TEST_CASE("a reload is no use of the pins of tunnels") {
  PinsOverTime site(true);
  const auto tunnel = site.gateway.Connect("other");
  REQUIRE(tunnel);
  CHECK(Has(tunnel->Get("/api/a"), "GET /api/a"));
  clock_shows = site.began + 100;
  site.JudgeAgain();
  CHECK(Has(tunnel->Get("/api/b"), "GET /api/b"));
  CHECK(site.Uses() == Times{site.began, 0, site.began});
}
