// EventLog: bound, wake-ups, draining, and whose lines are dropped.
#include "telemetry/event_log.h"

#include <atomic>
#include <string>
#include <thread>

#include "doctest/doctest.h"

namespace pinlatch::telemetry {
namespace {

constexpr LineOrigin kNews{LineKind::kUpstream, LineAbout::kGateway, 0, 0};

TEST_CASE("a drain takes every line in order and leaves nothing") {
  EventLog log(nullptr);
  CHECK(log.Append(kNews, "one"));
  CHECK(log.Append(kNews, ""));
  CHECK(log.Append(kNews, "three"));
  std::string taken;
  log.Drain(taken);
  CHECK(taken == "one\n\nthree\n");
  log.Drain(taken);
  CHECK(taken == "one\n\nthree\n");
}

TEST_CASE("a drain adds to what the caller holds") {
  EventLog log(nullptr);
  std::string taken = "before\n";
  CHECK(log.Append(kNews, "after"));
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
  CHECK(log.Append(kNews, "a"));
  CHECK(woken == 1);
  CHECK(log.Append(kNews, "b"));
  CHECK(woken == 1);
  log.Drain(taken);
  CHECK(log.Append(kNews, "c"));
  CHECK(woken == 2);
}

TEST_CASE("the wake-up may drain") {
  std::string taken;
  EventLog* self = nullptr;
  EventLog log([&] { self->Drain(taken); });
  self = &log;
  CHECK(log.Append(kNews, "a"));
  CHECK(log.Append(kNews, "b"));
  CHECK(taken == "a\nb\n");
}

TEST_CASE("a line that finds no room is dropped whole, and fits again after a drain") {
  int woken = 0;
  EventLog log([&] { ++woken; }, 1800);
  const std::string line(599, 'x');
  int kept = 0;
  while (log.Append(kNews, line)) ++kept;
  CHECK(kept >= 1);
  CHECK(woken == 1);
  std::string taken;
  log.Drain(taken);
  CHECK(taken.size() == static_cast<size_t>(kept) * 600);
  CHECK(log.Append(kNews, line));
  CHECK(woken == 2);
}

TEST_CASE("a line that is longer than the log is dropped, and wakes nobody") {
  int woken = 0;
  EventLog log([&] { ++woken; }, 100);
  CHECK_FALSE(log.Append(kNews, std::string(100, 'x')));
  CHECK(woken == 0);
}

TEST_CASE("a bound of nothing takes nothing") {
  EventLog log(nullptr, 0);
  CHECK_FALSE(log.Append(kNews, ""));
}

TEST_CASE("one busy client alone has some 900 KiB, by the default bound") {
  EventLog log(nullptr);
  const std::string line(1023, 'x');
  const LineOrigin client{LineKind::kAccess, LineAbout::kClient, 0, 7};
  for (int i = 0; i < 900; ++i) REQUIRE(log.Append(client, line));
}

// Fill appends lines of one origin until one is dropped, and returns how many bytes there are.
size_t Fill(EventLog& log, const LineOrigin& origin) {
  const std::string line(511, 'x');
  size_t bytes = 0;
  while (log.Append(origin, line)) bytes += 512;
  return bytes;
}

TEST_CASE("what strangers bring about leaves room for clients, of every kind and listener") {
  EventLog log(nullptr);
  log.ShareAmong(3);
  for (uint64_t stranger = 0; stranger < 200; ++stranger) {
    Fill(log, {LineKind::kAccess, LineAbout::kStranger, 0, stranger});
    Fill(log, {LineKind::kSecurity, LineAbout::kStranger, 0, stranger});
    Fill(log, {LineKind::kSecurity, LineAbout::kClaim, 0, stranger});
    Fill(log, {LineKind::kAccess, LineAbout::kStranger, 1, stranger});
  }
  for (uint16_t listener = 0; listener < 3; ++listener) {
    CAPTURE(listener);
    for (const LineKind kind : {LineKind::kAccess, LineKind::kSecurity}) {
      CHECK(Fill(log, {kind, LineAbout::kClient, listener, 1}) > 30000);
      CHECK(Fill(log, {kind, LineAbout::kTrusted, listener, 1}) > 30000);
    }
  }
  CHECK(Fill(log, kNews) > 30000);
}

// Which sources share a part with which is random: of twenty, each has a chance of 1 in 1,024.
TEST_CASE("one client that floods leaves room for the others on the same listener") {
  EventLog log(nullptr);
  CHECK(Fill(log, {LineKind::kAccess, LineAbout::kClient, 0, 1}) > 500000);
  int found_room = 0;
  for (uint64_t other = 2; other < 22; ++other) {
    if (log.Append({LineKind::kAccess, LineAbout::kClient, 0, other}, std::string(511, 'x'))) {
      ++found_room;
    }
  }
  CHECK(found_room > 14);
}

TEST_CASE("the whole log stays within its bound, whoever fills it") {
  constexpr size_t kBound = size_t{1} << 20;
  EventLog log(nullptr, kBound);
  log.ShareAmong(2);
  for (uint64_t source = 0; source < 100; ++source) {
    for (const LineKind kind : {LineKind::kAccess, LineKind::kSecurity}) {
      for (size_t about = 0; about < kLineAbouts; ++about) {
        for (uint16_t listener = 0; listener < 2; ++listener) {
          Fill(log, {kind, static_cast<LineAbout>(about), listener, source});
        }
      }
    }
  }
  std::string taken;
  log.Drain(taken);
  CHECK(taken.size() <= kBound);
  CHECK(taken.size() > kBound / 2);
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
      while (!log.Append(kNews, std::to_string(i))) ++dropped;
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
