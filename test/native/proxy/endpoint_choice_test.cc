// Tests cluster/endpoint_choice.h without a connection: which address is next, and what is said
// when there is none.
#include "cluster/endpoint_choice.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "doctest/doctest.h"
#include "log/logging_worker.h"
#include "proxy/run_for.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

struct Waiting final : EndpointChoice::Waiter {
  void OnEndpointTurn() override { ++turns; }
  int turns = 0;
};

struct Fixture {
  explicit Fixture(uint16_t endpoints, uint32_t room = 0)
      : loop(std::move(io::EventLoop::Create()).value()) {
    snapshot::Upstream upstream;
    upstream.name = "crm";
    for (uint16_t i = 0; i < endpoints; ++i) {
      snapshot::Endpoint& endpoint = upstream.endpoints.emplace_back();
      endpoint.host = "127.0.0.1";
      endpoint.port = static_cast<uint16_t>(9001 + i);
    }
    if (room > 0) {
      upstream.limits.requests = room;
      upstream.limits.queue = 1;
    }
    cluster->Configure(upstream, nullptr);
  }

  std::unique_ptr<io::EventLoop> loop;
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  LoggingWorker worker{*loop, counters, events, UnixNow};
  const TellOthers tell_others = [](const EndpointNews&) {};
  std::shared_ptr<UpstreamCluster> cluster = std::make_shared<UpstreamCluster>(worker, tell_others);
  Waiting waiter;
};

TEST_CASE("each endpoint is tried once, and the last failure is what is said") {
  Fixture fixture(3);
  EndpointChoice choice(*fixture.loop, fixture.waiter);
  choice.Begin(fixture.cluster, std::nullopt);
  std::set<std::string> tried;
  while (const Target* target = choice.Next()) {
    tried.insert(target->name);
    choice.Unreachable(Error(ErrorCode::kUpstreamConnect, "no way to " + target->name));
  }
  CHECK(tried.size() == 3);
  CHECK(choice.attempts() == 3);
  CHECK_FALSE(choice.waiting());
  CHECK(choice.failure().code == ErrorCode::kUpstreamConnect);
}

TEST_CASE("a request waits where no endpoint has room, and is told when one has") {
  Fixture fixture(1, 1);
  EndpointChoice first(*fixture.loop, fixture.waiter);
  first.Begin(fixture.cluster, std::nullopt);
  REQUIRE(first.Next() != nullptr);
  EndpointChoice second(*fixture.loop, fixture.waiter);
  second.Begin(fixture.cluster, std::nullopt);
  CHECK(second.Next() == nullptr);
  CHECK(second.waiting());
  EndpointChoice third(*fixture.loop, fixture.waiter);
  third.Begin(fixture.cluster, std::nullopt);
  CHECK(third.Next() == nullptr);
  CHECK_FALSE(third.waiting());
  CHECK(third.failure().code == ErrorCode::kUpstreamBusy);
  first.Leave();
  RunFor(*fixture.loop, Duration(0));
  CHECK(fixture.waiter.turns == 1);
  CHECK(second.Next() != nullptr);
}

}  // namespace
