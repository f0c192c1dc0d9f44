// A task of one loop is run because another thread says so, and only while it is there.
#include "io/remote_wake.h"

#include <memory>
#include <thread>

#include "doctest/doctest.h"

namespace pinlatch::io {
namespace {

struct Counting final : Task {
  explicit Counting(EventLoop& the_loop) : loop(the_loop) {}
  void Run() override {
    ++runs;
    loop.Stop();
  }
  EventLoop& loop;
  int runs = 0;
};

std::unique_ptr<EventLoop> NewLoop() {
  auto loop = EventLoop::Create();
  REQUIRE(loop.ok());
  return std::move(loop).value();
}

TEST_CASE("another thread wakes the loop, and the task runs on it") {
  const auto loop = NewLoop();
  Counting task(*loop);
  RemoteWake wake(*loop, task);
  std::thread other(wake.WakeUp());
  loop->Run();
  other.join();
  CHECK(task.runs == 1);
}

TEST_CASE("a task that is gone is not run, also when it was called for before") {
  const auto loop = NewLoop();
  auto task = std::make_unique<Counting>(*loop);
  auto wake = std::make_unique<RemoteWake>(*loop, *task);
  const auto wake_up = wake->WakeUp();
  wake_up();  // waits in the mailbox
  wake.reset();
  task.reset();
  wake_up();
  loop->Stop();
  loop->Run();
}

}  // namespace
}  // namespace pinlatch::io
