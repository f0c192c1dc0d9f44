// Tests what becomes of open connections when trust, pins or the time change: who may not stay is
// out, and whoever is beside them notices nothing.
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

std::atomic<int64_t> clock_shift{0};
UnixSeconds ShiftedNow() { return UnixNow() + clock_shift; }

// Everybody is pinned, so that only what a test takes away is missing.
Document Everybody() {
  Document document;
  document.pinned = {"pinned", "other"};
  document.open_allow = "";
  return document;
}

// Pair is the client that has to go and the one beside it, each with a connection that is used.
struct Pair {
  Pair(Running& gateway, bool tls13)
      : leaver(gateway.Connect("other", tls13)), stayer(gateway.Connect("pinned", tls13)) {
    REQUIRE(leaver);
    REQUIRE(stayer);
    CHECK(Has(leaver->Get("/static"), "200 OK"));
    CHECK(Has(stayer->Get("/static"), "200 OK"));
  }
  // LeaverIsOut reads the leaver's farewell, and uses the stayer's connection once more.
  void LeaverIsOut() {
    CHECK(leaver->SaysFarewell());
    CHECK(Has(stayer->Get("/static"), "200 OK"));
  }

  std::unique_ptr<TlsClient> leaver;
  std::unique_ptr<TlsClient> stayer;
};

// EvictedFor checks that one connection was closed for this reason, and that the log says so.
void EvictedFor(Running& gateway, std::string_view code, std::string_view counter) {
  const std::string events = gateway.server.DrainEvents();
  CHECK(Has(events, "\"event\":\"connection-closed\""));
  CHECK(Has(events, "\"code\":\"" + std::string(code) + "\""));
  CHECK(Has(events, "\"subject\":\"CN=other\""));
  CHECK(CounterOf(gateway.server, counter) == 1);
}

}  // namespace

TEST_CASE("a client whose certificate is denied is out, one beside it stays") {
  for (const bool tls13 : {false, true}) {
    Running gateway(Everybody());
    Pair pair(gateway, tls13);
    Document next = gateway.document;
    next.denied = {"other"};
    gateway.Publish(next);
    pair.LeaverIsOut();
    EvictedFor(gateway, "certificate-revoked", "connectionsEvictedRevoked");
  }
}

TEST_CASE("a client that no route pins any more is out, one beside it stays") {
  for (const bool tls13 : {false, true}) {
    Running gateway(Everybody());
    Pair pair(gateway, tls13);
    Document next = gateway.document;
    next.pinned = {"pinned"};
    gateway.Publish(next);
    pair.LeaverIsOut();
    EvictedFor(gateway, "not-pinned", "connectionsEvictedNotPinned");
  }
}

TEST_CASE("a client that some route still takes stays, and is refused where it is not pinned") {
  Document document = Everybody();
  document.open_allow = "any-trusted";
  Running gateway(document);
  Pair pair(gateway, true);
  document = gateway.document;
  document.pinned = {"pinned"};
  gateway.Publish(document);
  CHECK(Eventually([&] { return Has(pair.leaver->Get("/static"), "403 Forbidden"); }));
  CHECK(Has(pair.leaver->Get("/open/a"), "204 No Content"));
  CHECK(CounterOf(gateway.server, "connectionsAccepted") == 2);
}

TEST_CASE("when the authority is another, everybody is out") {
  for (const bool tls13 : {false, true}) {
    Running gateway(Everybody());
    gateway.material.IssueAuthority("ca2");
    Pair pair(gateway, tls13);
    Document next = gateway.document;
    next.authority = "ca2";
    gateway.Publish(next);
    CHECK(pair.leaver->SaysFarewell());
    CHECK(pair.stayer->SaysFarewell());
    CHECK(Has(gateway.server.DrainEvents(), "\"code\":\"unknown-ca\""));
    CHECK(CounterOf(gateway.server, "connectionsEvictedUntrusted") == 2);
    CHECK(gateway.NothingOpen());
  }
}

TEST_CASE("publishes that change nothing for a client leave its connection alone") {
  Running gateway(Everybody());
  Pair pair(gateway, true);
  for (int i = 0; i < 20; ++i) {
    gateway.Publish(gateway.document);
    CHECK(Has(pair.leaver->Get("/static"), "200 OK"));
  }
  CHECK(CounterOf(gateway.server, "connectionsAccepted") == 2);
  CHECK(CounterOf(gateway.server, "connectionsOpen") == 2);
}

TEST_CASE("a certificate that expires closes its connection at that moment") {
  for (const bool tls13 : {false, true}) {
    clock_shift = 0;
    Running gateway(Everybody(), ShiftedNow);
    const UnixSeconds last = UnixNow() + 3600;
    gateway.material.IssueClient("brief", last);
    Document next = gateway.document;
    next.pinned = {"pinned", "brief"};
    gateway.Publish(next);
    auto stayer = gateway.Connect("pinned", tls13);
    auto brief = gateway.Connect("brief", tls13);
    REQUIRE(stayer);
    REQUIRE(brief);
    CHECK(Has(brief->Get("/static"), "200 OK"));
    CHECK(Has(stayer->Get("/static"), "200 OK"));
    clock_shift = last - UnixNow();  // in its last second, after which nobody tells the gateway
    gateway.server.Reexamine();
    CHECK(brief->SaysFarewell());
    CHECK(ShiftedNow() > last);
    CHECK(Has(stayer->Get("/static"), "200 OK"));
    CHECK(Has(gateway.server.DrainEvents(), "\"code\":\"certificate-expired\""));
    CHECK(CounterOf(gateway.server, "connectionsEvictedExpired") == 1);
  }
}

TEST_CASE("a clock that is set, forwards or back, has everybody judged again") {
  constexpr int64_t kDay = 86400;
  for (const int64_t shift : {2 * kDay, -20 * 365 * kDay}) {
    clock_shift = 0;
    Running gateway(Everybody(), ShiftedNow);
    gateway.material.IssueClient("lasting", UnixNow() + 5 * 86400);
    Document next = gateway.document;
    next.pinned = {"pinned", "other", "lasting"};
    gateway.Publish(next);
    auto lasting = gateway.Connect("lasting");
    auto other = gateway.Connect("other");
    REQUIRE(lasting);
    REQUIRE(other);
    // In TLS 1.3 a client is ready before it was judged: the clock is set when both have been let
    // in.
    for (auto* client : {&lasting, &other}) CHECK(Has((*client)->Get("/static"), "200 OK"));
    clock_shift = shift;
    gateway.server.Reexamine();
    CHECK(other->SaysFarewell());
    if (shift > 0) {
      CHECK(Has(lasting->Get("/static"), "200 OK"));
      EvictedFor(gateway, "certificate-expired", "connectionsEvictedExpired");
    } else {
      CHECK(lasting->SaysFarewell());
      CHECK(Has(gateway.server.DrainEvents(), "\"code\":\"certificate-not-yet-valid\""));
      CHECK(CounterOf(gateway.server, "connectionsEvictedExpired") == 2);
    }
  }
}

TEST_CASE("a board in 1970 serves, and judges everybody again when its clock is set") {
  constexpr int64_t kDay = 86400;
  for (const bool tls13 : {false, true}) {
    clock_shift = -UnixNow();
    Running gateway(Everybody(), ShiftedNow, BuildDate());
    gateway.material.IssueClient("lasting", UnixNow() + 5 * kDay);
    Document next = gateway.document;
    next.pinned = {"other", "lasting"};
    gateway.Publish(next);
    auto lasting = gateway.Connect("lasting", tls13);
    auto other = gateway.Connect("other", tls13);
    REQUIRE(lasting);
    REQUIRE(other);
    for (auto* client : {&lasting, &other}) CHECK(Has((*client)->Get("/static"), "200 OK"));
    clock_shift = 2 * kDay;
    gateway.server.Reexamine();
    CHECK(other->SaysFarewell());
    CHECK(Has(lasting->Get("/static"), "200 OK"));
    EvictedFor(gateway, "certificate-expired", "connectionsEvictedExpired");
  }
}

TEST_CASE("a request in flight is finished within the grace, and the connection closes then") {
  for (const bool tls13 : {false, true}) {
    Running gateway(Everybody());
    Pair pair(gateway, tls13);
    REQUIRE(pair.leaver->Send("GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    REQUIRE(Eventually([&] { return gateway.service.held() == 1; }));
    Document next = gateway.document;
    next.pinned = {"pinned"};
    gateway.Publish(next);
    REQUIRE(
        Eventually([&] { return CounterOf(gateway.server, "connectionsEvictedNotPinned") == 1; }));
    gateway.service.Release();
    const std::string response = pair.leaver->ReceiveResponse();
    CHECK(Has(response, "GET /api/slow 0"));
    CHECK(Has(response, "Connection: close"));
    pair.LeaverIsOut();
  }
}

TEST_CASE("a request that outlasts the grace is cut") {
  Document document = Everybody();
  document.eviction_ms = 50;
  Running gateway(document);
  Pair pair(gateway, true);
  REQUIRE(pair.leaver->Send("GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
  REQUIRE(Eventually([&] { return gateway.service.held() == 1; }));
  Document next = gateway.document;
  next.denied = {"other"};
  gateway.Publish(next);
  CHECK(pair.leaver->Receive().empty());
  CHECK(Eventually([&] { return CounterOf(gateway.server, "connectionsOpen") == 1; }));
  CHECK(Has(pair.stayer->Get("/static"), "200 OK"));
  CHECK(Has(gateway.server.DrainEvents(), "\"requestInFlight\":true"));
  gateway.service.Release();
}

TEST_CASE("a client without a certificate stays until the listener requires one") {
  Document document = Everybody();
  document.client_auth = "optional";
  document.open_allow = "anyone";
  Running gateway(document);
  auto anonymous = gateway.Connect("");
  REQUIRE(anonymous);
  Document next = gateway.document;
  next.denied = {"other"};
  gateway.Publish(next);
  CHECK(Has(anonymous->Get("/open/a"), "204 No Content"));
  next.client_auth = "required";
  next.open_allow = "any-trusted";
  gateway.Publish(next);
  CHECK(anonymous->SaysFarewell());
  CHECK(Has(gateway.server.DrainEvents(), "\"code\":\"client-certificate-missing\""));
}

TEST_CASE("a client whose access ends during its handshake does not get in by it") {
  for (const bool tls13 : {false, true}) {
    Document document = Everybody();
    document.workers = 1;
    Running gateway(document);
    auto beside = gateway.Connect("pinned", tls13);
    auto marker = gateway.Connect("other", tls13);
    REQUIRE(beside);
    REQUIRE(marker);
    Document next = gateway.document;
    next.denied = {"other"};
    auto late = TlsClient::Connect(gateway.material, gateway.port, "other", tls13, [&] {
      gateway.Publish(next);
      CHECK(marker->SaysFarewell());  // the worker has the new generation
    });
    // In TLS 1.2 the farewell may come with the last of the handshake.
    if (late) CHECK(late->Get("/static").empty());
    CHECK(Eventually([&] { return CounterOf(gateway.server, "connectionsEvictedRevoked") == 2; }));
    CHECK(CounterOf(gateway.server, "requests") == 0);
    CHECK(Has(beside->Get("/static"), "200 OK"));
  }
}

TEST_CASE("of many connections of two clients those of one are closed, all of them") {
  Running gateway(Everybody());
  std::vector<std::unique_ptr<TlsClient>> leavers;
  std::vector<std::unique_ptr<TlsClient>> stayers;
  for (int i = 0; i < 100; ++i) {
    leavers.push_back(gateway.Connect("other", i % 2 == 0));
    stayers.push_back(gateway.Connect("pinned", i % 2 == 0));
    REQUIRE(leavers.back());
    REQUIRE(stayers.back());
  }
  Document next = gateway.document;
  next.denied = {"other"};
  gateway.Publish(next);
  for (const auto& leaver : leavers) CHECK(leaver->SaysFarewell());
  for (const auto& stayer : stayers) CHECK(Has(stayer->Get("/static"), "200 OK"));
  CHECK(CounterOf(gateway.server, "connectionsEvictedRevoked") == 100);
  CHECK(CounterOf(gateway.server, "connectionsAccepted") == 200);
}

TEST_CASE("clients that were seen are remembered, with what it takes to judge them elsewhere") {
  Running gateway(Everybody());
  {
    Pair pair(gateway, true);
    auto second = gateway.Connect("pinned", false);
    REQUIRE(second);
    CHECK(Has(second->Get("/static"), "200 OK"));
    const auto recent = gateway.server.ReadRecentClients();
    REQUIRE(recent.size() == 2);
    for (const proxy::RecentClient& client : recent) {
      CHECK(client.listener == "edge");
      CHECK(client.open == (client.identity->subject == "CN=pinned" ? 2 : 1));
      CHECK(client.identity->chain.size() == 1);
      CHECK(client.last_seen > UnixNow() - 3600);
    }
  }
  REQUIRE(gateway.NothingOpen());
  const auto recent = gateway.server.ReadRecentClients();
  CHECK(recent.size() == 2);
  for (const proxy::RecentClient& client : recent) CHECK(client.open == 0);
}

TEST_CASE("the log of a refused handshake says whose certificate it was, under an id") {
  Document document = Everybody();
  document.denied = {"other"};
  Running gateway(document);
  auto refused = gateway.Connect("other", false);
  CHECK_FALSE(refused);
  std::string events;
  CHECK(
      Eventually([&] { return Has(events += gateway.server.DrainEvents(), "handshake-refused"); }));
  CHECK(Has(events, "\"handshakeId\":\""));
  CHECK(Has(events, "\"subject\":\"CN=other\""));
  CHECK(Has(events, "\"fingerprint\":\"sha256:" + gateway.material.Sha256("other")));
}
