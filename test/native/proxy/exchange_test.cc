// Tests exchange/exchange.h between streams in memory: what goes to the service, what comes of its
// answers and failures, and what becomes of it when access is taken away.
#include "exchange/exchange.h"

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "doctest/doctest.h"
#include "exchange/worker_context.h"
#include "proxy/fake_streams.h"

using namespace pinlatch;
using namespace pinlatch::proxy;
using test::FakeDownstream;
using test::FakeUpstream;
using test::UpstreamScript;

namespace {

snapshot::Endpoint EndpointAt(uint16_t port) {
  snapshot::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  return endpoint;
}

snapshot::Snapshot OneRoute(snapshot::Allow allow) {
  snapshot::Snapshot snapshot;
  snapshot.listeners.emplace_back().name = "edge";
  snapshot.listeners.front().client_auth = snapshot::ClientAuth::kOptional;
  snapshot.upstreams.emplace_back().name = "crm";
  snapshot.upstreams.front().endpoints = {EndpointAt(9001), EndpointAt(9002)};
  snapshot::Route& route = snapshot.routes.emplace_back();
  route.name = "crm";
  route.listeners = {0};
  route.allow = allow;
  route.path.segments = {{false, "crm"}};
  route.path.is_prefix = true;
  route.action = snapshot::ProxyTo{};
  return snapshot;
}

GenerationPtr Make(uint64_t number, snapshot::Allow allow = snapshot::Allow::kAnyone,
                   bool forwards_expect = false) {
  auto generation = std::make_shared<Generation>();
  generation->number = number;
  generation->snapshot = OneRoute(allow);
  auto& proxy = std::get<snapshot::ProxyTo>(generation->snapshot.routes.front().action);
  proxy.forwarding.forwards_expect = forwards_expect;
  auto policy = policy::ListenerPolicy::Build(generation->snapshot, 0);
  REQUIRE(policy.ok());
  generation->listeners.push_back({nullptr, std::move(policy).value(), {}});
  generation->security.push_back(nullptr);
  generation->edits = CompileEdits(generation->snapshot);
  return generation;
}

struct NoConnections final : LivePeers::Connections {
  size_t count() const override { return 0; }
  void Reexamine(size_t) override {}
};

// Site is a worker whose upstreams are scripts, one for each stream that is opened, in order.
struct Site {
  Site() : loop(std::move(io::EventLoop::Create()).value()) {
    worker.open_upstream = [this](const Target& target, bool, UpstreamStream::User&) {
      REQUIRE(opened < scripts.size());
      UpstreamScript& script = scripts[opened++];
      script.target = target.name;
      return Result<std::unique_ptr<UpstreamStream>>(std::make_unique<FakeUpstream>(script));
    };
    const Status watching = worker.live_peers.Open(connections);
    REQUIRE(watching.ok());
    peer.listener_name = "edge";
    peer.remote_ip = "192.0.2.7";
    Serve(Make(1));
  }
  void Serve(GenerationPtr generation) {
    worker.generation = std::move(generation);
    worker.clusters.Renew();
    worker.live_peers.Begin();
  }
  UpstreamScript& Next() { return scripts.emplace_back(); }
  // Ask begins an exchange with the head of a request.
  Exchange& Ask(const std::string& head) {
    text = head;
    const Status parsed = http::ParseRequestHead(text, {}, worker.request_head);
    REQUIRE(parsed.ok());
    exchange = std::make_unique<Exchange>(worker, client, peer);
    exchange->Begin(worker.request_head);
    return *exchange;
  }
  void Run() {
    while (exchange->Advance()) continue;
  }

  std::unique_ptr<io::EventLoop> loop;
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  WorkerContext worker{*loop, counters, events, UnixNow};
  NoConnections connections;
  KnownPeer peer;
  FakeDownstream client;
  std::deque<UpstreamScript> scripts;
  size_t opened = 0;
  std::string text;
  std::unique_ptr<Exchange> exchange;  // before all that it borrows is gone
};

constexpr const char* kGet = "GET /crm/1?x=2 HTTP/1.1\r\nHost: a.test\r\nX-A: b\r\n\r\n";
constexpr const char* kPost = "POST /crm/1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\n";
constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a request goes on with its fields, and the answer comes back whole") {
  Site site;
  UpstreamScript& service = site.Next();
  service.response_head = kOk;
  service.response_body = "hello";
  Exchange& exchange = site.Ask(kGet);
  site.Run();
  CHECK(service.head.starts_with("GET /crm/1?x=2 HTTP/1.1\r\nHost: a.test\r\n"));
  CHECK(Has(service.head, "X-A: b\r\n"));
  CHECK(Has(service.head, "X-Forwarded-For: 192.0.2.7\r\n"));
  CHECK(site.client.status == 200);
  CHECK(site.client.answer == "hello");
  CHECK(site.client.ended);
  CHECK(service.finished);
  CHECK(exchange.finished());
  CHECK(exchange.record().route == "crm");
}

TEST_CASE("interim responses of the service pass on, except the 100 that nobody asked for") {
  Site site;
  UpstreamScript& service = site.Next();
  service.interim_heads = {"HTTP/1.1 100 Continue\r\n\r\n",
                           "HTTP/1.1 103 X\r\nLink: </a>\r\nKeep-Alive: 5\r\n\r\n",
                           "HTTP/1.1 102 Processing\r\n\r\n"};
  service.response_head = kOk;
  service.response_body = "hello";
  site.Ask(kGet);
  site.Run();
  CHECK(site.client.interims == std::vector<uint16_t>{103, 102});
  CHECK(site.client.interim_fields == "Link=</a>;");
  CHECK(site.client.status == 200);
  CHECK(site.client.answer == "hello");
}

TEST_CASE("Expect goes on where the route leaves it to the service, and so does its 100") {
  constexpr const char* kExpecting =
      "POST /crm/1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\nExpect: 100-Continue\r\n\r\n";
  for (const bool forwards : {false, true}) {
    Site site;
    site.Serve(Make(2, snapshot::Allow::kAnyone, forwards));
    site.client.body_is_whole = false;
    UpstreamScript& service = site.Next();
    service.interim_heads = {"HTTP/1.1 100 Continue\r\n\r\n"};
    site.Ask(kExpecting);
    site.Run();
    CHECK(site.client.is_left_to_service == forwards);
    CHECK(Has(service.head, "Expect: 100-continue\r\n") == forwards);
    CHECK(site.client.interims.size() == (forwards ? 1 : 0));
  }
}

TEST_CASE("a request that no route takes never opens an upstream") {
  Site site;
  site.Ask("GET /elsewhere HTTP/1.1\r\nHost: a.test\r\n\r\n");
  CHECK(site.client.status == 404);
  CHECK(site.client.ended);
  CHECK(site.opened == 0);
}

TEST_CASE("an endpoint that takes no connection is passed over for the next one") {
  Site site;
  UpstreamScript& dead = site.Next();
  dead.connects = false;
  UpstreamScript& service = site.Next();
  service.response_head = kOk;
  service.response_body = "hello";
  Exchange& exchange = site.Ask(kGet);
  site.Run();
  CHECK(dead.dropped);
  CHECK(dead.head.empty());
  CHECK(dead.target != service.target);
  CHECK(site.client.answer == "hello");
  CHECK(exchange.record().attempts == 2);
}

TEST_CASE("where no endpoint takes a connection the client hears 502") {
  Site site;
  site.Next().connects = false;
  site.Next().connects = false;
  Exchange& exchange = site.Ask(kGet);
  site.Run();
  CHECK(site.client.status == 502);
  REQUIRE(exchange.record().error.has_value());
  CHECK(exchange.record().error->code == ErrorCode::kUpstreamConnect);
}

TEST_CASE("over a connection that had gone stale a GET is sent once more, a POST is not") {
  for (const bool is_get : {true, false}) {
    Site site;
    UpstreamScript& stale = site.Next();
    stale.is_lost = true;
    stale.replay = Replay::kIdempotent;
    UpstreamScript& fresh = site.Next();
    fresh.response_head = kOk;
    fresh.response_body = "hello";
    site.client.body = is_get ? "" : "data";
    site.Ask(is_get ? kGet : kPost);
    site.Run();
    CHECK(site.opened == (is_get ? 2 : 1));
    CHECK(site.client.status == (is_get ? 200 : 502));
  }
}

TEST_CASE("a body goes on as it comes") {
  Site site;
  UpstreamScript& service = site.Next();
  site.client.body = "da";
  site.client.body_is_whole = false;
  site.Ask(kPost);
  site.Run();
  CHECK(service.body == "da");
  CHECK_FALSE(service.ended);
  site.client.body = "ta";
  site.client.body_is_whole = true;
  site.Run();
  CHECK(service.body == "data");
  CHECK(service.ended);
  CHECK(site.client.status == 0);
}

TEST_CASE("an answer under way outlives the rules that take its access by the grace, and no more") {
  Site site;
  UpstreamScript& service = site.Next();
  service.response_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  service.response_body = "one";
  service.is_whole = false;
  Exchange& exchange = site.Ask(kGet);
  site.Run();
  REQUIRE(site.client.answer == "one");
  site.Serve(Make(2, snapshot::Allow::kAnyTrusted));
  CHECK(exchange.Rejudge());
  CHECK_FALSE(exchange.finished());
  service.response_body = "two";
  service.is_whole = true;
  site.Run();
  CHECK(site.client.answer == "onetwo");
  CHECK(site.client.ended);
}

TEST_CASE("what the service has got nothing of is refused when its access is taken") {
  Site site;
  UpstreamScript& service = site.Next();
  Exchange& exchange = site.Ask(kGet);
  site.Serve(Make(2, snapshot::Allow::kAnyTrusted));
  CHECK_FALSE(exchange.Rejudge());
  CHECK(exchange.finished());
  CHECK(site.client.status == 403);
  CHECK(service.head.empty());
}

}  // namespace
