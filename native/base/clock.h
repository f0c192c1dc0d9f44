// Owns the two kinds of time: monotonic (timeouts) and wall (certificates, pins, logs). Both are
// injected as values, so that decisions stay pure and tests choose the moment. Which files may call
// UnixNow and LogStampNow stands in scripts/check-clocks.mjs.
#pragma once

#include <chrono>
#include <cstdint>

namespace pinlatch {

// MonotonicTime and Duration measure timeouts, in nanoseconds of CLOCK_MONOTONIC.
using MonotonicTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;
using Milliseconds = std::chrono::milliseconds;

// UnixSeconds is wall time: seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
using UnixSeconds = int64_t;

// WallClock tells the wall time. A process has one, which all that decides goes by.
using WallClock = UnixSeconds (*)();

inline MonotonicTime MonotonicNow() { return std::chrono::steady_clock::now(); }

// LogStampNow is the system's clock in milliseconds since 1970, for a line of the log: nothing is
// decided by it.
inline int64_t LogStampNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}
// UnixNow is the system's clock, for whoever hands it on as a WallClock.
inline UnixSeconds UnixNow() { return LogStampNow() / 1000; }

}  // namespace pinlatch
