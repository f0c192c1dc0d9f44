// Owns FloodGuard: how much work without use a peer may cause on one connection. Pure; time is
// handed in.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pinlatch::http2 {

// FloodGuard is a budget that frames which move no request forward are paid from: pings, settings,
// resets, window updates, empty frames, priorities (CVE-2019-9511 to 9518, CVE-2023-44487). It
// fills up with time, and with every frame of a response, because a client that takes a response
// sends such frames in answer.
class FloodGuard {
 public:
  static constexpr uint32_t kBurst = 2000;
  static constexpr uint32_t kPerSecond = 200;
  static constexpr uint32_t kCredit = 4;  // for each frame of a message that is sent
  // The cost of a reset, which throws away the work that its request has caused.
  static constexpr uint32_t kReset = 8;

  // Charge says whether `cost` was still there; a budget that was overdrawn stays so.
  bool Charge(uint32_t cost, MonotonicTime now);
  void Credit();

 private:
  void Refill(MonotonicTime now);

  uint32_t left_ = kBurst;
  bool overdrawn_ = false;
  MonotonicTime refilled_;
};

}  // namespace pinlatch::http2
