// Tests one upstream on one worker: which endpoints are considered, when one is taken out and comes
// back, what a reload keeps, and what other workers are told.
#include "cluster/upstream_cluster.h"

#include <set>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "exchange/worker_context.h"
#include "proxy/run_for.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

snapshot::Endpoint EndpointAt(uint16_t port, bool backup = false, uint32_t weight = 1) {
  snapshot::Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  endpoint.backup = backup;
  endpoint.weight = weight;
  return endpoint;
}

struct Fixture {
  Fixture() : loop(std::move(io::EventLoop::Create()).value()) {
    settings.name = "crm";
    settings.ejection.emplace();
    settings.ejection->failures = 2;
    settings.health.emplace();
  }
  void Configure(std::vector<snapshot::Endpoint> endpoints) {
    settings.endpoints = std::move(endpoints);
    cluster->Configure(settings, nullptr);
  }
  UpstreamEndpoint& At(size_t index) { return *cluster->endpoints()[index]; }
  void FailTwice(size_t index) {
    cluster->Failed(At(index), "refused");
    cluster->Failed(At(index), "refused");
  }
  // Chosen is the set of endpoints that several requests get.
  std::set<std::string> Chosen() {
    std::set<std::string> names;
    for (int i = 0; i < 20; ++i) {
      const auto pick = cluster->Choose(0, std::nullopt);
      names.insert(pick.endpoint ? pick.endpoint->name() : pick.is_busy ? "busy" : "none");
    }
    return names;
  }
  std::string Lines() {
    std::string lines;
    events.Drain(lines);
    return lines;
  }
  // Wait runs the loop for that long, and then its timers.
  void Wait(Duration time) { RunFor(*loop, time); }

  std::unique_ptr<io::EventLoop> loop;
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  WorkerContext worker{*loop, counters, events, UnixNow};
  std::vector<EndpointNews> news;
  const TellOthers tell_others = [this](const EndpointNews& one) { news.push_back(one); };
  snapshot::Upstream settings;
  std::shared_ptr<UpstreamCluster> cluster = std::make_shared<UpstreamCluster>(worker, tell_others);
};

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("backups are for when nothing else is well, and the ejected for when nothing is left") {
  Fixture fixture;
  fixture.Configure({EndpointAt(1), EndpointAt(2), EndpointAt(3, true)});
  CHECK(fixture.Chosen() == Names{"127.0.0.1:1", "127.0.0.1:2"});
  fixture.At(0).SetHealthy(false);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:2"});
  fixture.FailTwice(1);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:3"});
  fixture.At(2).SetHealthy(false);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:2"});
  CHECK(fixture.cluster->Available());
  fixture.At(1).SetHealthy(false);
  CHECK(fixture.Chosen() == Names{"none"});
  CHECK_FALSE(fixture.cluster->Available());
}

TEST_CASE("what was tried is not chosen again") {
  Fixture fixture;
  fixture.Configure({EndpointAt(1), EndpointAt(2)});
  const auto first = fixture.cluster->Choose(0, std::nullopt);
  const auto second = fixture.cluster->Choose(first.tried, std::nullopt);
  REQUIRE(second.endpoint);
  CHECK(first.endpoint != second.endpoint);
  CHECK_FALSE(fixture.cluster->Choose(second.tried, std::nullopt).endpoint);
}

TEST_CASE("one that is at its limit gets no more, and does not send requests to a backup") {
  Fixture fixture;
  fixture.settings.limits.requests = 3;
  fixture.worker.workers = 2;  // two each
  fixture.Configure({EndpointAt(1), EndpointAt(2), EndpointAt(3, true)});
  fixture.At(0).Enter();
  CHECK(fixture.Chosen().size() == 2);
  fixture.At(0).Enter();
  CHECK(fixture.Chosen() == Names{"127.0.0.1:2"});
  fixture.At(1).Enter();
  fixture.At(1).Enter();
  CHECK(fixture.Chosen() == Names{"busy"});
  fixture.At(0).Leave();
  CHECK(fixture.Chosen() == Names{"127.0.0.1:1"});
}

TEST_CASE("failures in a row take an endpoint out; one success between them does not") {
  Fixture fixture;
  fixture.Configure({EndpointAt(1), EndpointAt(2)});
  fixture.cluster->Failed(fixture.At(0), "refused");
  fixture.At(0).Succeed();
  fixture.cluster->Failed(fixture.At(0), "refused");
  CHECK(fixture.At(0).state() == EndpointState::kUp);
  fixture.cluster->Failed(fixture.At(0), "status 503");
  CHECK(fixture.At(0).state() == EndpointState::kEjected);
  CHECK(fixture.At(0).failures() == 3);
  const std::string lines = fixture.Lines();
  CHECK(lines.find(R"("event":"upstream-ejected","upstream":"crm","endpoint":"127.0.0.1:1",)"
                   R"("reason":"status 503","forMs":10000)") != std::string::npos);
  REQUIRE(fixture.news.size() == 1);
  CHECK(fixture.news[0].kind == EndpointNews::Kind::kEjected);
  CHECK(fixture.news[0].ejected_for == std::chrono::seconds(10));
}

TEST_CASE("no more are out than may be, and never all") {
  for (const auto& [percent, most] : {std::pair{50U, 2}, {1U, 1}, {100U, 3}}) {
    CAPTURE(percent);
    Fixture fixture;
    fixture.settings.ejection->most_percent = percent;
    fixture.Configure({EndpointAt(1), EndpointAt(2), EndpointAt(3), EndpointAt(4)});
    int out = 0;
    for (size_t i = 0; i < 4; ++i) {
      fixture.FailTwice(i);
      out += fixture.At(i).ejected() ? 1 : 0;
    }
    CHECK(out == most);
  }
  Fixture alone;
  alone.Configure({EndpointAt(1)});
  alone.FailTwice(0);
  CHECK(alone.At(0).state() == EndpointState::kUp);
}

TEST_CASE("an ejection ends by itself, and one more failure is then enough for the next") {
  Fixture fixture;
  fixture.settings.ejection->base = Milliseconds(10);
  fixture.Configure({EndpointAt(1), EndpointAt(2)});
  fixture.FailTwice(0);
  fixture.Wait(Milliseconds(50));
  CHECK(fixture.At(0).state() == EndpointState::kUp);
  CHECK(fixture.Lines().find("\"upstream-restored\"") != std::string::npos);
  fixture.cluster->Failed(fixture.At(0), "refused");
  CHECK(fixture.At(0).ejected());
}

TEST_CASE("each ejection soon after the last is twice as long, up to the most") {
  Fixture fixture;
  fixture.settings.ejection->most = std::chrono::seconds(70);
  fixture.Configure({EndpointAt(1), EndpointAt(2)});
  // The loop's time stands still: each comes at the moment of the last one's end.
  for (const int seconds : {10, 20, 40, 70, 70}) {
    const Duration time = fixture.At(0).Eject(*fixture.settings.ejection);
    CHECK(time == std::chrono::seconds(seconds));
    fixture.At(0).Readmit();
  }
}

TEST_CASE("what other workers found out counts, and is not told on") {
  Fixture fixture;
  fixture.Configure({EndpointAt(1), EndpointAt(2)});
  fixture.cluster->Hear(
      {"crm", "127.0.0.1:1", EndpointNews::Kind::kEjected, std::chrono::hours(1)});
  CHECK(fixture.At(0).ejected());
  fixture.cluster->Hear(
      {"crm", "127.0.0.1:2", EndpointNews::Kind::kEjected, std::chrono::hours(1)});
  CHECK_FALSE(fixture.At(1).ejected());  // it would be one too many
  fixture.cluster->Hear({"crm", "127.0.0.1:2", EndpointNews::Kind::kUnhealthy, {}});
  CHECK(fixture.At(1).state() == EndpointState::kDown);
  fixture.cluster->Hear({"crm", "127.0.0.1:2", EndpointNews::Kind::kHealthy, {}});
  CHECK(fixture.At(1).state() == EndpointState::kUp);
  fixture.cluster->Hear({"crm", "127.0.0.1:7", EndpointNews::Kind::kUnhealthy, {}});
  CHECK(fixture.news.empty());
  CHECK(fixture.Lines().empty());
}

TEST_CASE("a reload keeps the state of what stays, and settings that end end their effect") {
  Fixture fixture;
  fixture.Configure({EndpointAt(1), EndpointAt(2), EndpointAt(3)});
  fixture.FailTwice(0);
  fixture.At(1).SetHealthy(false);
  fixture.At(1).Enter();
  const UpstreamCluster::EndpointPtr gone = fixture.cluster->endpoints()[2];
  fixture.Configure({EndpointAt(4), EndpointAt(2), EndpointAt(1, false, 7)});
  CHECK(fixture.At(0).state() == EndpointState::kUp);
  CHECK(fixture.At(1).state() == EndpointState::kDown);
  CHECK(fixture.At(1).in_flight() == 1);
  CHECK(fixture.At(2).state() == EndpointState::kEjected);
  CHECK(fixture.At(2).weight() == 7);
  fixture.cluster->Failed(*gone, "refused");  // by a request that is still in flight there
  fixture.cluster->Failed(*gone, "refused");
  CHECK_FALSE(gone->ejected());
  fixture.settings.health.reset();
  fixture.settings.ejection.reset();
  fixture.cluster->Configure(fixture.settings, nullptr);
  CHECK(fixture.At(1).state() == EndpointState::kUp);
  CHECK(fixture.At(2).state() == EndpointState::kUp);
}

TEST_CASE("an endpoint with a name is used once there are addresses, and keeps them") {
  Fixture fixture;
  snapshot::Endpoint named = EndpointAt(80);
  named.host = "crm.test";
  fixture.Configure({named});
  CHECK(fixture.At(0).state() == EndpointState::kUnresolved);
  CHECK(fixture.Chosen() == Names{"none"});
  const auto first = *io::SocketAddress::FromIp("192.0.2.1", 80);
  const auto second = *io::SocketAddress::FromIp("192.0.2.2", 80);
  fixture.cluster->TakeAddresses({{"crm.test:80", {first, second}}});
  CHECK(fixture.Chosen() == Names{"crm.test:80"});
  fixture.cluster->TakeAddresses({});
  REQUIRE(fixture.At(0).resolved());
  std::vector<EndpointReport> reports;
  fixture.cluster->Report(reports);
  CHECK(reports.at(0).addresses == std::vector<std::string>{"192.0.2.1:80", "192.0.2.2:80"});
  // Addresses are taken in turn, but for one that lately was not to be reached.
  CHECK(fixture.At(0).FirstTarget() == 0);
  CHECK(fixture.At(0).FirstTarget() == 1);
  fixture.At(0).MarkUnreachable(fixture.At(0).targets(), 0);
  CHECK(fixture.At(0).FirstTarget() == 1);
  CHECK(fixture.At(0).FirstTarget() == 1);
}

TEST_CASE("one that comes back is spared at first") {
  Fixture fixture;
  fixture.settings.balancing.slow_start = std::chrono::hours(1);
  fixture.Configure({EndpointAt(1), EndpointAt(2)});
  CHECK(fixture.At(0).Share() == 1000);
  fixture.At(0).SetHealthy(false);
  fixture.At(0).SetHealthy(true);
  CHECK(fixture.At(0).Share() == 100);
  int first = 0;
  for (int i = 0; i < 110; ++i) {
    first += fixture.cluster->Choose(0, std::nullopt).endpoint->name() == "127.0.0.1:1" ? 1 : 0;
  }
  CHECK(first == 10);
  fixture.settings.balancing.slow_start = Milliseconds(10);
  fixture.cluster->Configure(fixture.settings, nullptr);
  fixture.Wait(Milliseconds(30));
  CHECK(fixture.At(0).Share() == 1000);
}

TEST_CASE("without failback requests stay with the backups until those fail") {
  Fixture fixture;
  fixture.settings.balancing.failback = false;
  fixture.Configure({EndpointAt(1), EndpointAt(2, true)});
  CHECK(fixture.Chosen() == Names{"127.0.0.1:1"});
  fixture.At(0).SetHealthy(false);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:2"});
  fixture.At(0).SetHealthy(true);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:2"});
  fixture.At(1).SetHealthy(false);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:1"});
  fixture.At(1).SetHealthy(true);
  CHECK(fixture.Chosen() == Names{"127.0.0.1:1"});
}
