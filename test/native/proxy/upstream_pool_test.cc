// Tests how many idle connections to an upstream are kept: what the last minute needed, and no
// more.
#include "upstream/upstream_pool.h"

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "exchange/worker_context.h"
#include "proxy/run_for.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

constexpr uint32_t kNoBound = std::numeric_limits<uint16_t>::max();
constexpr Duration kLong = std::chrono::hours(1);

struct Held {
  UpstreamPool::Use use;
  std::unique_ptr<UpstreamConnection> connection;
};

// Fixture has a service that takes connections, and a pool for them.
struct Fixture {
  Fixture() {
    const auto any = io::SocketAddress::FromIp("127.0.0.1", 0);
    REQUIRE(any.ok());
    auto opened = io::Listen(*any, false, 64);
    REQUIRE(opened.ok());
    listening = std::move(opened).value();
    target.address = listening.LocalAddress();
    target.name = target.pool_key = target.address.ToString();
  }
  // Open is a new connection in use.
  Held Open() {
    Held held{pool.Begin(target), nullptr};
    auto opened = UpstreamConnection::Open(worker, target);
    REQUIRE(opened.ok());
    held.connection = std::move(opened).value();
    while (held.connection->Connect().kind == Transfer::Kind::kWouldBlock) {
      RunFor(*loop, Duration(0));
    }
    return held;
  }
  std::vector<Held> OpenSome(size_t count) {
    std::vector<Held> some;
    for (size_t i = 0; i < count; ++i) some.push_back(Open());
    return some;
  }
  static void KeepAll(std::vector<Held> all, uint32_t max_idle = kNoBound) {
    for (Held& held : all) held.use.Keep(std::move(held.connection), kLong, max_idle);
  }
  // Need has so many connections in use at a time, for a moment.
  void Need(size_t count) {
    std::vector<UpstreamPool::Use> uses;
    for (size_t i = 0; i < count; ++i) uses.push_back(pool.Begin(target));
  }
  void Pass(int seconds) {
    for (int i = 0; i < seconds; ++i) pool.PassSecond();
  }

  std::unique_ptr<io::EventLoop> loop = std::move(io::EventLoop::Create()).value();
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  WorkerContext worker{*loop, counters, events, UnixNow};
  UpstreamPool& pool = worker.pool;
  io::Socket listening;
  Target target;
};

}  // namespace

TEST_CASE("as many idle connections are kept as were in use at a time in the last minute") {
  Fixture fixture;
  Fixture::KeepAll(fixture.OpenSome(40));
  CHECK(fixture.pool.idle() == 40);
  fixture.Pass(UpstreamPool::kSecondsOfSpan);
  CHECK(fixture.pool.idle() == 40);
  fixture.Need(3);
  fixture.Pass(UpstreamPool::kSecondsOfSpan + 10);
  CHECK(fixture.pool.idle() == 3);
}

TEST_CASE(
    "without demand all idle connections are closed within about a minute, one after the other") {
  Fixture fixture;
  Fixture::KeepAll(fixture.OpenSome(40));
  bool was_between = false;
  for (int second = 0; second < 2 * UpstreamPool::kSecondsOfSpan + 10; ++second) {
    fixture.Pass(1);
    const size_t idle = fixture.pool.idle();
    was_between |= idle > 0 && idle < 40;
  }
  CHECK(was_between);
  CHECK(fixture.pool.idle() == 0);
}

TEST_CASE("a connection that speaks unasked is not taken, though the pool has yet to be told") {
  Fixture fixture;
  Held idle = fixture.Open();
  io::AcceptOutcome idle_end = io::Accept(fixture.listening);
  Held asking = fixture.Open();
  io::AcceptOutcome asking_end = io::Accept(fixture.listening);
  REQUIRE(asking_end.kind == io::AcceptOutcome::Kind::kAccepted);
  // Asker takes the idle connection when it hears something.
  struct Asker final : UpstreamConnection::User {
    explicit Asker(Fixture& of) : fixture(of) {}
    void OnUpstreamReady(UpstreamConnection& connection) override {
      if (connection.Fill(1).kind != Transfer::Kind::kMoved) return;
      has_asked = true;
      taken = fixture.pool.Begin(fixture.target).TakeIdle();
    }
    Fixture& fixture;
    bool has_asked = false;
    std::unique_ptr<UpstreamConnection> taken;
  } asker(fixture);
  asking.connection->SetUser(&asker);
  idle.use.Keep(std::move(idle.connection), kLong, kNoBound);
  RunFor(*fixture.loop, Duration(0));
  REQUIRE(fixture.pool.idle() == 1);
  // Both are heard in one round, the one that asks first.
  CHECK(asking_end.connection.socket.Write(AsBytes("x")).kind == Transfer::Kind::kMoved);
  CHECK(idle_end.connection.socket.Write(AsBytes("unasked")).kind == Transfer::Kind::kMoved);
  while (!asker.has_asked) RunFor(*fixture.loop, Duration(0));
  CHECK(asker.taken == nullptr);
  CHECK(fixture.pool.idle() == 0);
}

TEST_CASE("a use takes the idle connection that was used last, and a long one keeps its part") {
  Fixture fixture;
  Fixture::KeepAll(fixture.OpenSome(3));
  {
    UpstreamPool::Use use = fixture.pool.Begin(fixture.target);
    auto connection = use.TakeIdle();
    REQUIRE(connection);
    fixture.Pass(4 * UpstreamPool::kSecondsOfSpan);
    CHECK(fixture.pool.idle() == 0);  // one is needed, and it is in use
    use.Keep(std::move(connection), kLong, kNoBound);
  }
  CHECK(fixture.pool.idle() == 1);
  fixture.Pass(UpstreamPool::kSecondsOfSpan);
  CHECK(fixture.pool.idle() == 1);
}

TEST_CASE("connections that were opened beside idle ones are more than the demand") {
  Fixture fixture;
  Fixture::KeepAll(fixture.OpenSome(4));
  Fixture::KeepAll(fixture.OpenSome(4));
  fixture.Pass(10);
  CHECK(fixture.pool.idle() == 4);
}

TEST_CASE("a bound that is configured holds whatever the demand is") {
  Fixture fixture;
  Fixture::KeepAll(fixture.OpenSome(5), 2);
  CHECK(fixture.pool.idle() == 2);
  Fixture::KeepAll(fixture.OpenSome(1), 0);
  CHECK(fixture.pool.idle() == 2);
}

TEST_CASE("what waits for a descriptor gets that of an idle connection, and demand outlives it") {
  Fixture fixture;
  Fixture::KeepAll(fixture.OpenSome(2));
  CHECK(fixture.pool.GiveBack());
  CHECK(fixture.pool.GiveBack());
  CHECK_FALSE(fixture.pool.GiveBack());
  Fixture::KeepAll(fixture.OpenSome(2));
  fixture.Pass(UpstreamPool::kSecondsOfSpan);
  CHECK(fixture.pool.idle() == 2);
}
