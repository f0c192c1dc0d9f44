// Owns the two kinds of time: monotonic (timeouts) and wall (certificates, logs). Both are injected
// as values, so that decisions stay pure and tests choose the moment.
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

// WallClock tells the wall time; every caller's is UnixNow but a test's.
using WallClock = UnixSeconds (*)();

inline MonotonicTime MonotonicNow() { return std::chrono::steady_clock::now(); }
inline int64_t UnixMillisecondsNow() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}
inline UnixSeconds UnixNow() { return UnixMillisecondsNow() / 1000; }

}  // namespace pinlatch
