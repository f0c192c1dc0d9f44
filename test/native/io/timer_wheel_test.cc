// TimerWheel, with times that the test chooses.
#include "io/timer_wheel.h"

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::io {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const MonotonicTime kStart = MonotonicTime() + seconds(1000) + std::chrono::nanoseconds(7);

class Probe final : public TimerHandler {
 public:
  explicit Probe(std::function<void()> then = nullptr) : then_(std::move(then)) {}
  void OnTimer(Timer& fired) override {
    CHECK(&fired == &timer);
    CHECK_FALSE(fired.armed());
    ++count;
    if (then_) then_();
  }

  Timer timer{*this};
  int count = 0;

 private:
  std::function<void()> then_;
};

TEST_CASE("a timer fires at or after its deadline and never before") {
  TimerWheel wheel(kStart);
  Probe probe;
  wheel.Arm(probe.timer, Milliseconds(25));
  wheel.Advance(kStart + Milliseconds(25));
  CHECK(probe.count == 0);  // 25 ms is within the third tick, which ends at 30 ms
  wheel.Advance(kStart + Milliseconds(30) - Duration(1));
  CHECK(probe.count == 0);
  CHECK(probe.timer.armed());
  wheel.Advance(kStart + Milliseconds(30));
  CHECK(probe.count == 1);
  wheel.Advance(kStart + hours(100));
  CHECK(probe.count == 1);
}

TEST_CASE("a deadline on a tick fires exactly at that tick") {
  TimerWheel wheel(kStart);
  Probe probe;
  wheel.Arm(probe.timer, seconds(1));
  wheel.Advance(kStart + seconds(1) - Duration(1));
  CHECK(probe.count == 0);
  wheel.Advance(kStart + seconds(1));
  CHECK(probe.count == 1);
}

TEST_CASE("re-arming moves a timer and disarming stops it") {
  TimerWheel wheel(kStart);
  Probe moved;
  Probe stopped;
  wheel.Arm(moved.timer, seconds(1));
  wheel.Arm(stopped.timer, seconds(1));
  wheel.Arm(moved.timer, seconds(5));
  stopped.timer.Disarm();
  stopped.timer.Disarm();
  wheel.Advance(kStart + seconds(4));
  CHECK(moved.count == 0);
  wheel.Advance(kStart + seconds(5));
  CHECK(moved.count == 1);
  CHECK(stopped.count == 0);
}

TEST_CASE("a delay of zero or less fires at the next tick and never within the same advance") {
  TimerWheel wheel(kStart);
  Probe* self = nullptr;
  Probe probe([&] { wheel.Arm(self->timer, Duration::zero()); });
  self = &probe;
  wheel.Arm(probe.timer, seconds(-3));
  wheel.Advance(kStart);
  CHECK(probe.count == 0);
  wheel.Advance(kStart + seconds(60));
  CHECK(probe.count == 1);
  wheel.Advance(kStart + seconds(60));
  CHECK(probe.count == 1);
  wheel.Advance(kStart + seconds(60) + Milliseconds(10));
  CHECK(probe.count == 2);
}

TEST_CASE("a delay counts from the current time and not from the last advance") {
  TimerWheel wheel(kStart);
  Probe probe;
  wheel.SetTime(kStart + seconds(60));
  wheel.Arm(probe.timer, seconds(1));
  wheel.Advance(kStart + seconds(60));
  wheel.Advance(kStart + seconds(61) - Duration(1));
  CHECK(probe.count == 0);
  wheel.Advance(kStart + seconds(61));
  CHECK(probe.count == 1);
}

TEST_CASE("time that goes back fires nothing and changes nothing") {
  TimerWheel wheel(kStart);
  Probe probe;
  wheel.Advance(kStart + seconds(10));
  wheel.Arm(probe.timer, seconds(1));
  wheel.Advance(kStart);
  CHECK(probe.count == 0);
  wheel.Advance(kStart + seconds(11));
  CHECK(probe.count == 1);
}

TEST_CASE("timers beyond the span of the wheel fire on their day") {
  TimerWheel wheel(kStart);
  Probe week;
  Probe year;
  Probe never;
  wheel.Advance(kStart + seconds(123));
  wheel.Arm(week.timer, hours(7 * 24));
  wheel.Arm(year.timer, hours(365 * 24));
  wheel.Arm(never.timer, Duration::max());
  for (int day = 0; day < 7; ++day) wheel.Advance(kStart + hours(24 * day) + seconds(122));
  wheel.Advance(kStart + hours(7 * 24) + seconds(123) - Duration(1));
  CHECK(week.count == 0);
  wheel.Advance(kStart + hours(7 * 24) + seconds(123));
  CHECK(week.count == 1);
  wheel.Advance(kStart + hours(365 * 24) + seconds(122));
  CHECK(year.count == 0);
  wheel.Advance(kStart + hours(365 * 24) + seconds(123));
  CHECK(year.count == 1);
  CHECK(never.timer.armed());
}

TEST_CASE("an idle wheel lets the loop sleep for ever") {
  TimerWheel wheel(kStart);
  CHECK(wheel.UntilNext(kStart) == Duration::max());
  Probe probe;
  wheel.Arm(probe.timer, Milliseconds(50));
  CHECK(wheel.UntilNext(kStart) == Milliseconds(50));
  CHECK(wheel.UntilNext(kStart + Milliseconds(45)) == Milliseconds(5));
  CHECK(wheel.UntilNext(kStart + Milliseconds(55)) == Duration::zero());
  probe.timer.Disarm();
  CHECK(wheel.UntilNext(kStart) == Duration::max());
}

TEST_CASE("sleeping as long as the wheel allows reaches a far timer in a few steps") {
  TimerWheel wheel(kStart);
  Probe probe;
  wheel.Arm(probe.timer, hours(40) + Milliseconds(12345));
  MonotonicTime now = kStart;
  int steps = 0;
  while (probe.count == 0) {
    now += wheel.UntilNext(now);
    wheel.Advance(now);
    REQUIRE(++steps <= 4);
  }
  CHECK(now == kStart + hours(40) + Milliseconds(12350));
}

TEST_CASE("a handler may disarm, re-arm and destroy timers that are due with it") {
  TimerWheel wheel(kStart);
  auto destroyed = std::make_unique<Probe>();
  Probe disarmed;
  Probe moved;
  // Ticks fire in order, so this one is first.
  Probe first([&] {
    destroyed.reset();
    disarmed.timer.Disarm();
    wheel.Arm(moved.timer, seconds(1));
  });
  wheel.Arm(first.timer, Milliseconds(10));
  wheel.Arm(destroyed->timer, Milliseconds(20));
  wheel.Arm(disarmed.timer, Milliseconds(20));
  wheel.Arm(moved.timer, Milliseconds(20));
  wheel.Advance(kStart + Milliseconds(20));
  CHECK(first.count == 1);
  CHECK(disarmed.count == 0);
  CHECK(moved.count == 0);
  wheel.Advance(kStart + seconds(2));
  CHECK(moved.count == 1);
}

TEST_CASE("of two timers of one tick the first to fire may destroy the other") {
  TimerWheel wheel(kStart);
  std::unique_ptr<Probe> one;
  std::unique_ptr<Probe> two;
  int fired = 0;
  one = std::make_unique<Probe>([&] { ++fired, two.reset(); });
  two = std::make_unique<Probe>([&] { ++fired, one.reset(); });
  wheel.Arm(one->timer, Milliseconds(10));
  wheel.Arm(two->timer, Milliseconds(10));
  wheel.Advance(kStart + Milliseconds(10));
  CHECK(fired == 1);
}

TEST_CASE("while a tick fires the loop is told not to sleep") {
  TimerWheel wheel(kStart);
  std::vector<Duration> seen;
  const MonotonicTime now = kStart + Milliseconds(10);
  Probe one([&] { seen.push_back(wheel.UntilNext(now)); });
  Probe two([&] { seen.push_back(wheel.UntilNext(now)); });
  wheel.Arm(one.timer, Milliseconds(10));
  wheel.Arm(two.timer, Milliseconds(10));
  wheel.Advance(now);
  CHECK(seen == std::vector<Duration>{Duration::zero(), Duration::max()});
}

TEST_CASE("destroying the wheel disarms its timers") {
  Probe probe;
  {
    TimerWheel wheel(kStart);
    wheel.Arm(probe.timer, hours(1000));
    CHECK(probe.timer.armed());
  }
  CHECK_FALSE(probe.timer.armed());
}

TEST_CASE("a timer may move from one wheel to another") {
  TimerWheel one(kStart);
  TimerWheel two(kStart);
  Probe probe;
  one.Arm(probe.timer, seconds(1));
  two.Arm(probe.timer, seconds(2));
  one.Advance(kStart + seconds(10));
  CHECK(probe.count == 0);
  CHECK(one.UntilNext(kStart) == Duration::max());
  two.Advance(kStart + seconds(2));
  CHECK(probe.count == 1);
}

// Model holds a wheel and the plain list of deadlines that it must agree with.
class Model final : public TimerHandler {
 public:
  Model(uint64_t seed, size_t count) : random_(seed) {
    for (size_t i = 0; i < count; ++i) timers_.push_back(std::make_unique<Timer>(*this));
  }

  void Step() {
    switch (random_() % 8) {
      case 0:
        Disarm(AnyTimer());
        break;
      case 1:
        Replace(AnyIndex());
        break;
      case 2:
      case 3:
        Advance(RandomSpan(50));  // up to 13 days
        break;
      case 4:
        Advance(wheel_.UntilNext(now_) == Duration::max() ? Duration(1) : wheel_.UntilNext(now_));
        break;
      default:
        Arm(AnyTimer());
        break;
    }
    CheckSleep();
  }

  uint64_t fired() const { return fired_; }

  void OnTimer(Timer& timer) override {
    ++fired_;
    const auto entry = expected_.find(&timer);
    REQUIRE(entry != expected_.end());
    CHECK(entry->second <= now_);         // never early
    CHECK(entry->second >= last_fired_);  // in order
    last_fired_ = entry->second;
    expected_.erase(entry);
    if (random_() % 4 == 0) Arm(timer);
    if (random_() % 4 == 0) Arm(AnyTimer());
    if (random_() % 4 == 0) Disarm(AnyTimer());
  }

 private:
  static constexpr Duration kTick = Milliseconds(10);

  size_t AnyIndex() { return static_cast<size_t>(random_() % timers_.size()); }
  Timer& AnyTimer() { return *timers_[AnyIndex()]; }

  // Every order of magnitude is as likely as another.
  Duration RandomSpan(unsigned bits) {
    return Duration(static_cast<int64_t>(random_() >> (64 - bits) >> (random_() % bits)));
  }

  void Arm(Timer& timer) {
    Duration delay = RandomSpan(53);  // up to 104 days
    if (random_() % 2 == 0) delay = delay / kTick * kTick;
    const Duration deadline = now_ - kStart + delay;
    Duration due = (deadline + kTick - Duration(1)) / kTick * kTick;
    if (due <= now_ - kStart) due += kTick;
    expected_[&timer] = kStart + due;
    wheel_.Arm(timer, delay);
  }

  void Disarm(Timer& timer) {
    expected_.erase(&timer);
    timer.Disarm();
  }

  void Replace(size_t index) {
    expected_.erase(timers_[index].get());
    timers_[index] = std::make_unique<Timer>(*this);
  }

  void Advance(Duration span) {
    now_ += span;
    last_fired_ = MonotonicTime::min();
    wheel_.Advance(now_);
    for (const auto& [timer, due] : expected_) {
      CHECK(due > now_);  // nothing was missed
      CHECK(timer->armed());
    }
  }

  void CheckSleep() {
    const Duration sleep = wheel_.UntilNext(now_);
    CHECK(sleep > Duration::zero());
    CHECK((sleep == Duration::max()) == expected_.empty());
    for (const auto& [timer, due] : expected_) CHECK(sleep <= due - now_);
  }

  std::mt19937_64 random_;
  MonotonicTime now_ = kStart;
  MonotonicTime last_fired_;
  uint64_t fired_ = 0;
  std::vector<std::unique_ptr<Timer>> timers_;
  std::map<Timer*, MonotonicTime> expected_;
  TimerWheel wheel_{kStart};  // destroyed first: it knows the timers
};

TEST_CASE("whatever is armed, moved, disarmed and destroyed, the wheel agrees with a plain list") {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Model model(seed, seed % 2 == 0 ? 3 : 60);
    for (int step = 0; step < 1500; ++step) model.Step();
    CHECK(model.fired() > 100);
  }
}

}  // namespace
}  // namespace pinlatch::io
