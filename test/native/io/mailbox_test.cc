// Work and stops that other threads post to an EventLoop.
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "io/event_loop.h"

namespace pinlatch::io {
namespace {

std::unique_ptr<EventLoop> NewLoop() {
  Result<std::unique_ptr<EventLoop>> loop = EventLoop::Create();
  REQUIRE(loop.ok());
  return std::move(loop).value();
}

TEST_CASE("work from four threads runs on the loop's thread, all of it, in each thread's order") {
  constexpr int kThreads = 4;
  constexpr int kEach = 5000;
  const auto loop = NewLoop();
  std::vector<int> next(kThreads, 0);  // written by the loop's thread only
  bool in_order = true;
  bool on_loop = true;
  int left = kThreads * kEach;
  const std::thread::id here = std::this_thread::get_id();
  std::vector<std::thread> posters;
  for (int thread = 0; thread < kThreads; ++thread) {
    posters.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        loop->Post([&, thread, i] {
          auto& expected = next[static_cast<size_t>(thread)];
          in_order = in_order && expected == i;
          on_loop = on_loop && std::this_thread::get_id() == here;
          ++expected;
          if (--left == 0) loop->Stop();
        });
      }
    });
  }
  loop->Run();
  for (std::thread& poster : posters) poster.join();
  CHECK(left == 0);
  CHECK(in_order);
  CHECK(on_loop);
}

TEST_CASE("work that was posted before a stop has run when the loop returns") {
  for (int attempt = 0; attempt < 200; ++attempt) {
    const auto loop = NewLoop();
    std::atomic<int> ran{0};
    std::thread runner([&] { loop->Run(); });
    for (int i = 0; i < 20; ++i) {
      loop->Post([&] { ran.fetch_add(1, std::memory_order_relaxed); });
    }
    loop->Stop();
    runner.join();
    REQUIRE(ran == 20);
  }
}

TEST_CASE("a stop that comes before the run is remembered, and ends one run") {
  const auto loop = NewLoop();
  int ran = 0;
  loop->Post([&] { ++ran; });
  loop->Stop();
  loop->Stop();
  loop->Post([&] { ++ran; });
  loop->Run();
  CHECK(ran == 2);
  loop->Post([&] {
    ++ran;
    loop->Stop();
  });
  loop->Run();
  CHECK(ran == 3);
}

TEST_CASE("work that is posted by posted work runs in the next round") {
  const auto loop = NewLoop();
  std::vector<int> log;
  loop->Post([&] {
    loop->Post([&] {
      log.push_back(3);
      loop->Stop();
    });
    log.push_back(1);
  });
  loop->Post([&] { log.push_back(2); });
  loop->Run();
  CHECK(log == std::vector<int>{1, 2, 3});
}

TEST_CASE("work that never ran is destroyed with the loop") {
  const auto held = std::make_shared<int>(1);
  {
    const auto loop = NewLoop();
    loop->Post([held] { FAIL("must not run"); });
    CHECK(held.use_count() == 2);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("work gives back what it holds before the next work runs") {
  const auto loop = NewLoop();
  const auto held = std::make_shared<int>(1);
  long uses = 0;
  loop->Post([held] {});
  loop->Post([&] {
    uses = held.use_count();
    loop->Stop();
  });
  loop->Run();
  CHECK(uses == 1);
}

TEST_CASE("the loop may be destroyed as soon as another thread's stop was seen") {
  for (int attempt = 0; attempt < 200; ++attempt) {
    auto loop = NewLoop();
    std::thread stopper([raw = loop.get()] { raw->Stop(); });
    loop->Run();
    loop.reset();
    stopper.join();
  }
}

}  // namespace
}  // namespace pinlatch::io
