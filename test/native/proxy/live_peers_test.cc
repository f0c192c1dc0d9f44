// Tests the sweep of admission/live_peers.h over connections that are only counted: everybody's
// turn comes, nobody is kept waiting for it. Who may stay is tested on the server itself.
#include "admission/live_peers.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "exchange/worker_context.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

// Crowd is connections by number; `leaving` ones go when they are examined.
struct Crowd final : LivePeers::Connections {
  size_t count() const override { return members.size(); }
  void Reexamine(size_t index) override {
    const int member = members[index];
    examined.push_back(member);
    if (takes > Milliseconds(0)) std::this_thread::sleep_for(takes);
    if (!leaving(member)) return;
    members[index] = members.back();
    members.pop_back();
  }

  std::vector<int> members;
  std::vector<int> examined;
  Milliseconds takes{0};
  bool (*leaving)(int) = [](int) { return false; };
};

struct Sweeping {
  explicit Sweeping(int members) : loop(std::move(io::EventLoop::Create()).value()) {
    for (int i = 0; i < members; ++i) crowd.members.push_back(i);
    REQUIRE(worker.live_peers.Open(crowd).ok());
  }
  // Rest runs the loop until the sweep is over.
  void Rest() {
    for (size_t before = crowd.examined.size() + 1; before != crowd.examined.size();) {
      before = crowd.examined.size();
      loop->Stop();
      loop->Run();
    }
  }
  int TimesExamined(int member) const {
    return static_cast<int>(std::count(crowd.examined.begin(), crowd.examined.end(), member));
  }

  std::unique_ptr<io::EventLoop> loop;
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  Crowd crowd;
  WorkerContext worker{*loop, counters, events, UnixNow};
};

}  // namespace

TEST_CASE("everybody is examined once") {
  Sweeping sweeping(100);
  sweeping.worker.live_peers.Begin();
  sweeping.Rest();
  CHECK(sweeping.crowd.examined.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(sweeping.TimesExamined(i) == 1);
}

TEST_CASE("nobody is left out when others go") {
  Sweeping sweeping(100);
  sweeping.crowd.leaving = [](int member) { return member % 3 != 0; };
  sweeping.worker.live_peers.Begin();
  sweeping.Rest();
  CHECK(sweeping.crowd.members.size() == 34);
  for (int i = 0; i < 100; ++i) CHECK(sweeping.TimesExamined(i) >= 1);
}

TEST_CASE("a sweep that takes long leaves others their turn") {
  Sweeping sweeping(20);
  sweeping.crowd.takes = Milliseconds(3);
  size_t examined_at_turn = 0;
  sweeping.worker.live_peers.Begin();
  sweeping.loop->Stop();
  sweeping.loop->Run();
  CHECK(sweeping.crowd.examined.size() < 20);
  sweeping.loop->Post([&] { examined_at_turn = sweeping.crowd.examined.size(); });
  sweeping.Rest();
  CHECK(examined_at_turn > 0);
  CHECK(examined_at_turn < 20);
  CHECK(sweeping.crowd.examined.size() == 20);
}

TEST_CASE("a change during a sweep begins it anew") {
  Sweeping sweeping(20);
  sweeping.crowd.takes = Milliseconds(3);
  sweeping.worker.live_peers.Begin();
  sweeping.loop->Stop();
  sweeping.loop->Run();
  sweeping.worker.live_peers.Begin();
  sweeping.Rest();
  CHECK(sweeping.TimesExamined(19) == 2);
  CHECK(sweeping.TimesExamined(0) == 1);
}

TEST_CASE("a right to stay holds until the next change") {
  Sweeping sweeping(0);
  auto generation = std::make_shared<Generation>();
  generation->number = 1;
  sweeping.worker.generation = generation;
  KnownPeer peer;
  peer.listener_name = "edge";  // gone by now: nothing is asked of its clients any more
  RightToStay right;
  CHECK_FALSE(sweeping.worker.live_peers.Holds(right));
  CHECK(sweeping.worker.live_peers.Welcome(peer, {}, right).ok());
  CHECK(sweeping.worker.live_peers.Holds(right));
  sweeping.worker.live_peers.Begin();
  CHECK_FALSE(sweeping.worker.live_peers.Holds(right));
  CHECK(sweeping.worker.live_peers.Welcome(peer, {}, right).ok());
  CHECK(sweeping.worker.live_peers.Holds(right));
  sweeping.Rest();
}
