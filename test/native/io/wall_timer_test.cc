// Tests io/wall_timer.h with the real clock: what has passed fires at once, what is to come does
// not, and the last Arm counts. That the clock is set is not something a test may do.
#include "io/wall_timer.h"

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::io;

namespace {

// Alarm counts, and stops the loop when the timer fires.
struct Alarm final : WallTimer::Handler {
  explicit Alarm(EventLoop& event_loop) : loop(event_loop) {}
  void OnWallTimer() override {
    ++count;
    loop.Stop();
  }
  EventLoop& loop;
  int count = 0;
};

struct Clockwork {
  explicit Clockwork(WallClock clock = UnixNow)
      : loop(std::move(EventLoop::Create()).value()), alarm(*loop) {
    auto made = WallTimer::Create(*loop, alarm, clock);
    REQUIRE(made.ok());
    timer = std::move(made).value();
  }
  std::unique_ptr<EventLoop> loop;
  Alarm alarm;
  std::unique_ptr<WallTimer> timer;
};

}  // namespace

TEST_CASE("a moment that has passed has come") {
  Clockwork clockwork;
  for (const UnixSeconds when : {UnixSeconds{-5}, UnixSeconds{0}, UnixSeconds{1}, UnixNow()}) {
    clockwork.timer->Arm(when);
    clockwork.loop->Run();
  }
  CHECK(clockwork.alarm.count == 4);
}

TEST_CASE("a moment is one of the clock that the timer was given, not of the system's") {
  constexpr UnixSeconds kBehind = 86400;
  constexpr WallClock kSlow = [] { return UnixNow() - kBehind; };
  Clockwork slow(kSlow);
  slow.timer->Arm(UnixNow());  // in a day
  slow.loop->Stop();
  slow.loop->Run();
  CHECK(slow.alarm.count == 0);
  slow.timer->Arm(UnixNow() - kBehind);
  slow.loop->Run();
  CHECK(slow.alarm.count == 1);
  Clockwork ahead([] { return UnixNow() + kBehind; });
  ahead.timer->Arm(UnixNow() + kBehind);
  ahead.loop->Run();
  CHECK(ahead.alarm.count == 1);
}

TEST_CASE("it fires once for each Arm, and never before the moment") {
  Clockwork clockwork;
  const UnixSeconds when = UnixNow() + 1;
  clockwork.timer->Arm(when);
  clockwork.loop->Run();
  CHECK(UnixNow() >= when);
  CHECK(clockwork.alarm.count == 1);
  clockwork.loop->Stop();
  clockwork.loop->Run();
  CHECK(clockwork.alarm.count == 1);
}

TEST_CASE("a later moment takes the place of one that has come but was not heard") {
  Clockwork clockwork;
  clockwork.timer->Arm(1);
  clockwork.timer->Arm(WallTimer::kNever);
  clockwork.loop->Stop();
  clockwork.loop->Run();
  CHECK(clockwork.alarm.count == 0);
}
