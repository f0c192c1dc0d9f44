// Owns the way of event records from one worker to the control thread: lines of text in a bounded
// queue. Written only; no decision reads it.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace pinlatch::telemetry {

// EventLog is appended to by one worker's thread and drained by any. A mutex guards it: a line is a
// lock that nobody else holds but once a batch, for as long as a swap takes, which costs about what
// the atomics of a ring would, and a ring of lines of any length is much more to get right.
class EventLog {
 public:
  static constexpr size_t kDefaultBound = size_t{1} << 20;

  // `wake` is called on the appending thread, with no lock held, when the log goes from empty to
  // not empty: at most once between drains. It may be empty. `bound` is in bytes.
  explicit EventLog(std::function<void()> wake, size_t bound = kDefaultBound);
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // Append adds the line, which holds no line feed, and a line feed. False when that would exceed
  // the bound: the line is dropped, whole, and the caller counts it (Counters::events_dropped).
  [[nodiscard]] bool Append(std::string_view line);
  // Drain moves every line to the end of `into`. Any thread. Cheapest when `into` is empty, and
  // free of allocation when its capacity is kept from drain to drain.
  void Drain(std::string& into);

 private:
  const std::function<void()> wake_;
  const size_t bound_;
  std::mutex mutex_;
  std::string lines_;  // guarded by mutex_
};

}  // namespace pinlatch::telemetry
