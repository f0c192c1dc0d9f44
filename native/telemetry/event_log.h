// Owns the way of event records from one worker to the control thread: lines of text in a bounded
// queue. Written only; no decision reads it.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "telemetry/fair_room.h"
#include "telemetry/line_origin.h"

namespace pinlatch::telemetry {

// EventLog is appended to by one worker's thread and drained by any. A mutex guards it: a line is a
// lock that nobody else holds but once a batch, for as long as a swap takes, which costs about what
// the atomics of a ring would, and a ring of lines of any length is much more to get right.
//
// While nobody drains it, it fills, and whose lines are dropped then is fair_room.h's question:
// each listener has lanes for what clients, holders of trusted certificates and strangers bring
// about, access and security apart.
class EventLog {
 public:
  static constexpr size_t kDefaultBound = size_t{2} << 20;

  // `wake` is called on the appending thread, with no lock held, when the log goes from empty to
  // not empty: at most once between drains. It may be empty. `bound` is in bytes.
  explicit EventLog(std::function<void()> wake, size_t bound = kDefaultBound);
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // ShareAmong reserves room for so many listeners, from the next moment on at which no line waits
  // to be drained. The appending thread, or before it runs.
  void ShareAmong(size_t listeners);

  // Append adds the line, which holds no line feed, and a line feed. False when there is no room
  // for who brought it about: the line is dropped, whole, and the caller counts it.
  [[nodiscard]] bool Append(const LineOrigin& origin, std::string_view line);
  // Drain moves every line to the end of `into`. Any thread. Cheapest when `into` is empty, and
  // free of allocation when its capacity is kept from drain to drain.
  void Drain(std::string& into);

 private:
  size_t LaneOf(const LineOrigin& origin) const;
  void Divide();

  const std::function<void()> wake_;
  const size_t bound_;
  std::mutex mutex_;
  size_t listeners_ = 1;  // guarded by mutex_, as those are that are wanted
  size_t wanted_ = 1;
  FairRoom room_;      // guarded by mutex_
  std::string lines_;  // guarded by mutex_
};

}  // namespace pinlatch::telemetry
