// Tests which connections to an HTTP/2 upstream are shared: those that take one more stream.
#include "upstream/http2_upstream_pool.h"

#include <limits>
#include <memory>
#include <utility>

#include "doctest/doctest.h"
#include "exchange/worker_context.h"
#include "proxy/memory_carrier.h"
#include "proxy/run_for.h"
#include "upstream/http2_upstream.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

// Fixture has a service that takes connections, by HTTP/2 in clear, and says nothing.
struct Fixture {
  Fixture() {
    const auto any = io::SocketAddress::FromIp("127.0.0.1", 0);
    REQUIRE(any.ok());
    auto opened = io::Listen(*any, false, 64);
    REQUIRE(opened.ok());
    listening = std::move(opened).value();
    target.address = listening.LocalAddress();
    target.name = target.pool_key = target.address.ToString();
    target.protocol = snapshot::UpstreamProtocol::kHttp2;
  }
  std::unique_ptr<UpstreamStream> Open() {
    auto opened = Http2Upstream::Open(worker, target, true, user);
    REQUIRE(opened.ok());
    while ((*opened)->Connect() == Progress::kBlocked) RunFor(*loop, Duration(0));
    return std::move(opened).value();
  }
  static void Ask(UpstreamStream& stream) {
    UpstreamRequest request;
    request.head = AsBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.SendHead(request);
    stream.EndBody({});
  }
  Http2UpstreamConnection* Shared() { return *worker.http2_pool.Find(worker, target, true); }

  std::unique_ptr<io::EventLoop> loop = std::move(io::EventLoop::Create()).value();
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  WorkerContext worker{*loop, counters, events, UnixNow};
  test::CountingUser user;
  io::Socket listening;
  Target target;
};

}  // namespace

TEST_CASE(
    "a connection whose stream numbers are used up takes nothing new, and goes when it rests") {
  Fixture fixture;
  auto last = fixture.Open();
  Http2UpstreamConnection* const used_up = fixture.Shared();
  used_up->session().SkipTo(std::numeric_limits<int32_t>::max());
  CHECK(fixture.Shared() == used_up);
  Fixture::Ask(*last);
  Http2UpstreamConnection* const fresh = fixture.Shared();
  CHECK(fresh != used_up);
  CHECK(fixture.counters.upstream_connections_opened.Read() == 2);

  auto next = fixture.Open();
  Fixture::Ask(*next);
  RunFor(*fixture.loop, Duration(0));
  CHECK(next->error().detail.empty());
  last.reset();
  RunFor(*fixture.loop, Duration(0));
  CHECK(fixture.worker.http2_pool.GiveBack() == false);  // none rests: the one left is in use
  CHECK(fixture.Shared() == fresh);
}
