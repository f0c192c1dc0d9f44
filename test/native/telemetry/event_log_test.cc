// EventLog: bound, wake-ups and draining.
#include "telemetry/event_log.h"

#include <atomic>
#include <string>
#include <thread>

#include "doctest/doctest.h"

namespace pinlatch::telemetry {
namespace {

TEST_CASE("a drain takes every line in order and leaves nothing") {
  EventLog log(nullptr);
  CHECK(log.Append("one"));
  CHECK(log.Append(""));
  CHECK(log.Append("three"));
  std::string taken;
  log.Drain(taken);
  CHECK(taken == "one\n\nthree\n");
  log.Drain(taken);
  CHECK(taken == "one\n\nthree\n");
}

TEST_CASE("a drain adds to what the caller holds") {
  EventLog log(nullptr);
  std::string taken = "before\n";
  CHECK(log.Append("after"));
  log.Drain(taken);
  CHECK(taken == "before\nafter\n");
  std::string rest;
  log.Drain(rest);
  CHECK(rest.empty());
}

TEST_CASE("the wake-up comes once between drains, on the first line") {
  int woken = 0;
  EventLog log([&] { ++woken; });
  std::string taken;
  log.Drain(taken);
  CHECK(woken == 0);
  CHECK(log.Append("a"));
  CHECK(woken == 1);
  CHECK(log.Append("b"));
  CHECK(woken == 1);
  log.Drain(taken);
  CHECK(log.Append("c"));
  CHECK(woken == 2);
}

TEST_CASE("the wake-up may drain") {
  std::string taken;
  EventLog* self = nullptr;
  EventLog log([&] { self->Drain(taken); });
  self = &log;
  CHECK(log.Append("a"));
  CHECK(log.Append("b"));
  CHECK(taken == "a\nb\n");
}

TEST_CASE("a line that would exceed the bound is dropped whole, and fits again after a drain") {
  int woken = 0;
  EventLog log([&] { ++woken; }, 8);
  CHECK_FALSE(log.Append("12345678"));  // nine bytes with its line feed
  CHECK(woken == 0);
  CHECK(log.Append("123"));
  CHECK_FALSE(log.Append("5678"));
  CHECK(log.Append("567"));
  CHECK_FALSE(log.Append(""));
  std::string taken;
  log.Drain(taken);
  CHECK(taken == "123\n567\n");
  CHECK(log.Append("1234567"));
  CHECK(woken == 2);
}

TEST_CASE("a bound of nothing takes nothing") {
  EventLog log(nullptr, 0);
  CHECK_FALSE(log.Append(""));
}

TEST_CASE("the default bound holds one mebibyte") {
  EventLog log(nullptr);
  const std::string line(1023, 'x');
  for (int i = 0; i < 1024; ++i) REQUIRE(log.Append(line));
  CHECK_FALSE(log.Append(""));
}

TEST_CASE("what one thread appends another drains, complete and in order, when it is woken") {
  constexpr int kLines = 100000;
  std::atomic<int> pending{0};
  EventLog log([&] {
    pending.fetch_add(1);
    pending.notify_one();
  });
  int dropped = 0;
  std::thread worker([&] {
    for (int i = 0; i < kLines; ++i) {
      while (!log.Append(std::to_string(i))) ++dropped;
    }
  });
  int next = 0;
  bool in_order = true;
  std::string taken;
  while (next < kLines && in_order) {
    pending.wait(0);
    pending.fetch_sub(1);
    taken.clear();
    log.Drain(taken);
    for (size_t begin = 0; begin < taken.size();) {
      const size_t end = taken.find('\n', begin);
      in_order = in_order && taken.substr(begin, end - begin) == std::to_string(next);
      ++next;
      begin = end + 1;
    }
  }
  worker.join();
  CHECK(in_order);
  CHECK(next == kLines);
}

}  // namespace
}  // namespace pinlatch::telemetry
