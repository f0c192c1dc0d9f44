// EventLoop: rounds, stale events, tasks and timers, over socket pairs of this process.
#include "io/event_loop.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "doctest/doctest.h"
#include "io/socket.h"

namespace pinlatch::io {
namespace {

struct Pair {
  Pair() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    near = Socket(fds[0]);
    far = Socket(fds[1]);
  }
  void Send(std::string_view text) {
    REQUIRE(far.Write(AsBytes(text)).kind == Transfer::Kind::kMoved);
  }
  Socket near;
  Socket far;
};

class Handler final : public EventHandler {
 public:
  explicit Handler(std::function<void(Readiness)> then) : then_(std::move(then)) {}
  void OnReady(Readiness readiness) override {
    ++count;
    last = readiness;
    then_(readiness);
  }
  int count = 0;
  Readiness last;

 private:
  std::function<void(Readiness)> then_;
};

class Job final : public Task {
 public:
  explicit Job(std::function<void()> then) : then_(std::move(then)) {}
  void Run() override { then_(); }

 private:
  std::function<void()> then_;
};

class Alarm final : public TimerHandler {
 public:
  explicit Alarm(std::function<void()> then) : then_(std::move(then)) {}
  void OnTimer(Timer&) override { then_(); }
  Timer timer{*this};

 private:
  std::function<void()> then_;
};

std::unique_ptr<EventLoop> NewLoop() {
  Result<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  REQUIRE(loop.ok());
  return std::move(loop).value();
}

std::string ReadAll(Socket& socket) {
  std::string text;
  std::array<uint8_t, 64> chunk;
  for (;;) {
    const Transfer moved = socket.Read(chunk);
    if (moved.kind != Transfer::Kind::kMoved) return text;
    text += AsText(ByteSpan(chunk).first(moved.count));
  }
}

TEST_CASE("a watched socket is told of writability, data and the end") {
  const auto loop = NewLoop();
  Pair pair;
  std::string log;
  Handler handler([&](Readiness readiness) {
    if (log.empty()) {
      CHECK(readiness.writable);
      CHECK_FALSE(readiness.readable);
      log = "w";
      pair.Send("hello");
      return;
    }
    if (readiness.readable) log += ReadAll(pair.near);
    if (!readiness.hangup) pair.far.Close();
    if (readiness.hangup) loop->Stop();
  });
  REQUIRE(loop->Watch(pair.near.fd(), handler).ok());
  loop->Run();
  CHECK(log == "whello");
  CHECK(handler.last.hangup);
  loop->Unwatch(pair.near.fd());
}

TEST_CASE("an edge-triggered watch reports unread data once, a level-triggered one every round") {
  const auto loop = NewLoop();
  Pair edge;
  Pair level;
  Handler edge_handler([](Readiness) {});
  int rounds = 0;
  Handler level_handler([&](Readiness readiness) {
    CHECK(readiness.readable);
    CHECK_FALSE(readiness.writable);
    if (++rounds == 5) loop->Stop();
  });
  edge.Send("x");
  level.Send("x");
  REQUIRE(loop->Watch(edge.near.fd(), edge_handler).ok());
  REQUIRE(loop->WatchReadable(level.near.fd(), level_handler).ok());
  loop->Run();
  CHECK(edge_handler.count == 1);
  CHECK(level_handler.count >= 5);
  loop->Unwatch(edge.near.fd());
  loop->Unwatch(level.near.fd());
}

TEST_CASE("an event of the same batch does not reach a handler that another one destroyed") {
  const auto loop = NewLoop();
  std::array<Pair, 2> pairs;
  std::array<std::unique_ptr<Handler>, 2> handlers;
  int calls = 0;
  for (size_t i = 0; i < 2; ++i) {
    handlers[i] = std::make_unique<Handler>([&, i](Readiness) {
      ++calls;
      const size_t other = 1 - i;
      loop->Unwatch(pairs[other].near.fd());
      handlers[other].reset();
      loop->Stop();
    });
    pairs[i].Send("x");
    REQUIRE(loop->Watch(pairs[i].near.fd(), *handlers[i]).ok());
  }
  loop->Run();
  CHECK(calls == 1);
}

TEST_CASE("what a round has heard of a descriptor can be asked for before its handler is told") {
  const auto loop = NewLoop();
  std::array<Pair, 2> pairs;
  std::vector<bool> heard;
  const auto look = [&](size_t of) {
    heard.push_back(loop->Undelivered(pairs[of].near.fd()).readable);
  };
  Handler first([&](Readiness) { look(1); });
  Handler second([&](Readiness) {
    look(0);
    look(1);
    loop->Stop();
  });
  for (Pair& pair : pairs) pair.Send("x");
  REQUIRE(loop->Watch(pairs[0].near.fd(), first).ok());
  REQUIRE(loop->Watch(pairs[1].near.fd(), second).ok());
  loop->Run();
  CHECK(heard == std::vector<bool>{true, false, false});
  CHECK_FALSE(loop->Undelivered(pairs[1].near.fd()).readable);
}

TEST_CASE("an event of the same batch does not reach a new owner of the descriptor's number") {
  const auto loop = NewLoop();
  std::array<Pair, 2> pairs;
  std::array<std::unique_ptr<Handler>, 2> handlers;
  std::unique_ptr<Pair> fresh;
  Handler fresh_handler([](Readiness readiness) { CHECK_FALSE(readiness.readable); });
  int reused = -1;
  for (size_t i = 0; i < 2; ++i) {
    handlers[i] = std::make_unique<Handler>([&, i](Readiness) {
      Socket& other = pairs[1 - i].near;
      reused = other.fd();
      loop->Unwatch(reused);
      handlers[1 - i].reset();
      other.Close();
      fresh = std::make_unique<Pair>();
      if (fresh->near.fd() != reused) std::swap(fresh->near, fresh->far);
      REQUIRE(fresh->near.fd() == reused);
      REQUIRE(loop->Watch(reused, fresh_handler).ok());
      loop->Stop();
    });
    pairs[i].Send("x");
    REQUIRE(loop->Watch(pairs[i].near.fd(), *handlers[i]).ok());
  }
  loop->Run();
  // Once, for its own writability; the old socket's event would have said readable.
  CHECK(fresh_handler.count == 1);
  loop->Unwatch(reused);
}

TEST_CASE("a handler may unwatch and destroy itself") {
  const auto loop = NewLoop();
  Pair pair;
  std::unique_ptr<Handler> handler;
  int calls = 0;
  handler = std::make_unique<Handler>([&](Readiness) {
    // What the closure holds dies with the handler, so it is not touched after.
    EventLoop& kept = *loop;
    ++calls;
    kept.Unwatch(pair.near.fd());
    kept.Stop();
    handler.reset();
  });
  pair.Send("x");
  REQUIRE(loop->Watch(pair.near.fd(), *handler).ok());
  loop->Run();
  loop->Stop();
  loop->Run();
  CHECK(calls == 1);
}

TEST_CASE("more than a batch of ready descriptors are all told") {
  const auto loop = NewLoop();
  std::vector<Pair> pairs(300);
  size_t told = 0;
  Handler handler([&](Readiness) {
    if (++told == pairs.size()) loop->Stop();
  });
  for (const Pair& pair : pairs) REQUIRE(loop->Watch(pair.near.fd(), handler).ok());
  loop->Run();
  CHECK(told == pairs.size());
}

TEST_CASE("a descriptor that cannot be watched is an error and leaves nothing behind") {
  const auto loop = NewLoop();
  Handler handler([](Readiness) {});
  char path[] = "/tmp/pinlatch-event-loop-XXXXXX";
  const int file = mkstemp(path);
  REQUIRE(file >= 0);
  unlink(path);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Status status = loop->Watch(file, handler);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == ErrorCode::kSystem);
  }
  loop->Unwatch(file);
  close(file);
}

TEST_CASE("unwatching what is not watched does nothing") {
  const auto loop = NewLoop();
  loop->Unwatch(-1);
  loop->Unwatch(0);
  loop->Unwatch(100000);
}

TEST_CASE("a round handles posted work, then events, then timers, then tasks") {
  const auto loop = NewLoop();
  Pair pair;
  std::string log;
  Job task([&] {
    log += 'k';
    loop->Stop();
  });
  Alarm alarm([&] { log += 't'; });
  Handler handler([&](Readiness) { log += 'e'; });
  loop->RunSoon(task);
  loop->Post([&] { log += 'm'; });
  loop->timers().Arm(alarm.timer, Duration::zero());
  while (MonotonicNow() < loop->now() + Milliseconds(20)) {
  }
  REQUIRE(loop->Watch(pair.near.fd(), handler).ok());
  loop->Run();
  CHECK(log == "metk");
  loop->Unwatch(pair.near.fd());
}

TEST_CASE("a task that queues itself runs once a round and keeps the loop awake") {
  const auto loop = NewLoop();
  Pair pair;
  int runs = 0;
  int runs_at_event = -1;
  Job* self = nullptr;
  Job task([&] {
    if (++runs == 3) pair.Send("x");
    if (runs < 1000) loop->RunSoon(*self);
  });
  self = &task;
  Handler handler([&](Readiness readiness) {
    if (!readiness.readable) return;
    runs_at_event = runs;
    loop->Stop();
  });
  REQUIRE(loop->Watch(pair.near.fd(), handler).ok());
  loop->RunSoon(task);
  loop->Run();  // Would block for ever if a queued task let the loop sleep.
  CHECK(runs_at_event == 3);
  CHECK(runs == 5);  // the event's round, and the one that finds the stop
  loop->Unwatch(pair.near.fd());
}

TEST_CASE("a task is queued at most once and runs in order") {
  const auto loop = NewLoop();
  std::string log;
  Job one([&] { log += '1'; });
  Job two([&] { log += '2'; });
  loop->RunSoon(one);
  loop->RunSoon(two);
  loop->RunSoon(one);
  loop->Stop();
  loop->Run();
  CHECK(log == "12");
}

TEST_CASE("a destroyed task does not run, also when a task of the same round destroys it") {
  const auto loop = NewLoop();
  std::string log;
  auto dead = std::make_unique<Job>([&] { log += 'd'; });
  auto doomed = std::make_unique<Job>([&] { log += 'x'; });
  std::unique_ptr<Job> self;
  self = std::make_unique<Job>([&] {
    log += 's';
    doomed.reset();
    self.reset();
  });
  Job last([&] { log += 'l'; });
  loop->RunSoon(*dead);
  loop->RunSoon(*self);
  loop->RunSoon(*doomed);
  loop->RunSoon(last);
  dead.reset();
  loop->Stop();
  loop->Run();
  CHECK(log == "sl");
}

TEST_CASE("tasks and timers may outlive the loop") {
  Job task([] {});
  Alarm alarm([] {});
  {
    const auto loop = NewLoop();
    loop->RunSoon(task);
    loop->timers().Arm(alarm.timer, Milliseconds(1));
  }
  CHECK_FALSE(alarm.timer.armed());
  const auto other = NewLoop();
  other->RunSoon(task);
}

TEST_CASE("a timer wakes the loop, not before its time, and now has moved by then") {
  const auto loop = NewLoop();
  const MonotonicTime before = loop->now();
  Alarm alarm([&] { loop->Stop(); });
  loop->timers().Arm(alarm.timer, Milliseconds(30));
  loop->Run();
  CHECK(loop->now() - before >= Milliseconds(30));
}

TEST_CASE("a task for later wakes the loop at its time and not before") {
  const auto loop = NewLoop();
  const MonotonicTime asked = MonotonicNow() + Milliseconds(3);
  Job job([&] { loop->Stop(); });
  loop->RunLater(job, asked);
  loop->RunLater(job, asked - Milliseconds(1));  // queued already: earlier, and once
  loop->Run();
  CHECK(loop->now() >= asked - Milliseconds(1));
}

TEST_CASE("a timer armed by an event counts from that round and not from before the wait") {
  const auto loop = NewLoop();
  Pair pair;
  MonotonicTime armed_at;
  Alarm alarm([&] { loop->Stop(); });
  Handler handler([&](Readiness) {
    loop->Unwatch(pair.near.fd());
    armed_at = loop->now();
    loop->timers().Arm(alarm.timer, Milliseconds(40));
  });
  REQUIRE(loop->WatchReadable(pair.near.fd(), handler).ok());
  // No timer is armed meanwhile, so nothing else moves the wheel.
  std::thread sender([&] {
    std::this_thread::sleep_for(Milliseconds(80));
    pair.Send("x");
  });
  loop->Run();
  sender.join();
  CHECK(loop->now() - armed_at >= Milliseconds(40));
}

TEST_CASE("a signal that interrupts the wait is not an event") {
  const auto loop = NewLoop();
  struct sigaction action {};
  static volatile sig_atomic_t caught = 0;
  action.sa_handler = [](int) { caught = caught + 1; };
  struct sigaction former {};
  REQUIRE(sigaction(SIGALRM, &action, &former) == 0);
  ualarm(5000, 5000);
  Alarm alarm([&] { loop->Stop(); });
  loop->timers().Arm(alarm.timer, Milliseconds(100));
  const MonotonicTime before = loop->now();
  loop->Run();
  ualarm(0, 0);
  REQUIRE(sigaction(SIGALRM, &former, nullptr) == 0);
  CHECK(caught > 0);
  CHECK(loop->now() - before >= Milliseconds(100));
}

}  // namespace
}  // namespace pinlatch::io
