// Owns how many requests of one upstream a worker may send again: some percent of all of them, and
// a few a second in any case. A service that fails under load does not get that load several times.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace pinlatch::proxy {

class RetryBudget {
 public:
  // What is saved up without requests, at so many a second, and with them.
  static constexpr double kReserve = 100;
  static constexpr double kReservePerSecond = 10;
  static constexpr double kMostSaved = 1000;

  explicit RetryBudget(MonotonicTime now) : refilled_(now) {}

  void SetPercent(uint32_t percent) { per_request_ = percent / 100.0; }
  // Deposit is called for every request that is sent for the first time.
  void Deposit() { saved_ = std::min(saved_ + per_request_, kMostSaved); }
  // Withdraw says whether one more request may be sent again, and takes it off. A budget of 0
  // percent grants nothing.
  bool Withdraw(MonotonicTime now) {
    Refill(now);
    if (per_request_ == 0 || saved_ < 1) return false;
    saved_ -= 1;
    return true;
  }

 private:
  void Refill(MonotonicTime now) {
    const double seconds = std::chrono::duration<double>(now - refilled_).count();
    refilled_ = now;
    if (saved_ < kReserve) saved_ = std::min(saved_ + seconds * kReservePerSecond, kReserve);
  }

  double per_request_ = 0;
  double saved_ = kReserve;
  MonotonicTime refilled_;
};

}  // namespace pinlatch::proxy
