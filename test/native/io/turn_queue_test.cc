// Dear tasks take turns, and what has become ready meanwhile comes between two of them.
#include "io/turn_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "doctest/doctest.h"

namespace pinlatch::io {
namespace {

// Job notes its name, takes a millisecond or as long as told, and goes on for as many turns as
// told.
class Job final : public Task {
 public:
  Job(TurnQueue& queue, std::string& story, char name, int turns = 1)
      : queue_(queue), story_(story), name_(name), turns_(turns) {}
  void Run() override {
    story_ += name_;
    const MonotonicTime end = MonotonicNow() + takes;
    while (MonotonicNow() < end) {
    }
    if (--turns_ > 0) queue_.Continue(*this);
    if (then) then();
  }
  std::function<void()> then;
  Duration takes = Milliseconds(1);

 private:
  TurnQueue& queue_;
  std::string& story_;
  char name_;
  int turns_;
};

// Readiness notes every round in which its descriptor, which is always readable, was reported.
class Readiness final : public EventHandler {
 public:
  Readiness(EventLoop& loop, std::string& story)
      : loop_(loop), story_(story), fd_(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)) {
    REQUIRE(loop.WatchReadable(fd_, *this).ok());
  }
  ~Readiness() {
    loop_.Unwatch(fd_);
    close(fd_);
  }
  void OnReady(io::Readiness) override { story_ += '.'; }

 private:
  EventLoop& loop_;
  std::string& story_;
  const int fd_;
};

struct Bench {
  Bench() {
    auto made = EventLoop::Create();
    REQUIRE(made.ok());
    loop = std::move(made).value();
    queue = std::make_unique<TurnQueue>(*loop);
  }
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<TurnQueue> queue;
  std::string story;
};

TEST_CASE("of dear tasks one has its turn in a round, and events come between two") {
  Bench bench;
  Readiness readiness(*bench.loop, bench.story);
  Job a(*bench.queue, bench.story, 'a');
  Job b(*bench.queue, bench.story, 'b');
  Job c(*bench.queue, bench.story, 'c');
  c.then = [&] { bench.loop->Stop(); };
  for (Job* job : {&a, &b, &c}) bench.queue->Push(*job);
  bench.loop->Run();
  CHECK(bench.story == ".a.b.c.");
}

TEST_CASE("after a long task, what was served since has as long for itself before the next") {
  Bench bench;
  Readiness readiness(*bench.loop, bench.story);
  Job a(*bench.queue, bench.story, 'a');
  Job z(*bench.queue, bench.story, 'z');
  a.takes = Milliseconds(200);
  MonotonicTime over;
  MonotonicTime next;
  a.then = [&] {
    over = MonotonicNow();
    bench.queue->Yield();
  };
  z.then = [&] {
    next = MonotonicNow();
    bench.loop->Stop();
  };
  bench.queue->Push(a);
  bench.queue->Push(z);
  bench.loop->Run();
  CHECK(bench.story.find("a..") != std::string::npos);
  CHECK(next - over >= a.takes);
}

TEST_CASE("a task that has begun goes on before the next begins, with events between its turns") {
  Bench bench;
  Readiness readiness(*bench.loop, bench.story);
  Job a(*bench.queue, bench.story, 'a', 3);
  Job b(*bench.queue, bench.story, 'b', 2);
  Job z(*bench.queue, bench.story, 'z');
  z.then = [&] { bench.loop->Stop(); };
  for (Job* job : {&a, &b, &z}) bench.queue->Push(*job);
  bench.loop->Run();
  CHECK(bench.story == ".a.a.a.b.b.z.");
}

TEST_CASE("a task that waited for something else meanwhile goes behind those that wait") {
  Bench bench;
  Job a(*bench.queue, bench.story, 'a');
  Job b(*bench.queue, bench.story, 'b');
  Job z(*bench.queue, bench.story, 'z');
  bool again = true;
  a.then = [&] {
    if (std::exchange(again, false)) bench.queue->Push(a);
  };
  z.then = [&] { bench.queue->Push(b); };
  b.then = [&] {
    if (bench.story.size() > 3) bench.loop->Stop();
  };
  for (Job* job : {&a, &b, &z}) bench.queue->Push(*job);
  bench.loop->Run();
  CHECK(bench.story == "abzab");
}

TEST_CASE("a task that is queued is queued once, and one that is destroyed leaves the queue") {
  Bench bench;
  auto gone = std::make_unique<Job>(*bench.queue, bench.story, 'g');
  Job a(*bench.queue, bench.story, 'a');
  a.then = [&] { bench.loop->Stop(); };
  bench.queue->Push(*gone);
  bench.queue->Push(a);
  bench.queue->Push(a);
  gone.reset();
  bench.loop->Run();
  CHECK(bench.story == "a");
}

TEST_CASE("a task may destroy the one behind it, and tasks that wait may outlive the queue") {
  Bench bench;
  Job a(*bench.queue, bench.story, 'a');
  auto b = std::make_unique<Job>(*bench.queue, bench.story, 'b');
  Job left(*bench.queue, bench.story, 'l');
  a.then = [&] {
    b.reset();
    bench.loop->Stop();
  };
  bench.queue->Push(a);
  bench.queue->Push(*b);
  bench.loop->Run();
  bench.queue->Push(left);
  bench.queue.reset();
  CHECK(bench.story == "a");
}

}  // namespace
}  // namespace pinlatch::io
