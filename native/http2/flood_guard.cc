// See flood_guard.h.
#include "http2/flood_guard.h"

#include <algorithm>
#include <chrono>

namespace pinlatch::http2 {

bool FloodGuard::Charge(uint32_t cost, MonotonicTime now) {
  Refill(now);
  overdrawn_ |= cost > left_;
  left_ -= std::min(cost, left_);
  return !overdrawn_;
}

void FloodGuard::Credit() { left_ = std::min(left_ + kCredit, kBurst); }

void FloodGuard::Refill(MonotonicTime now) {
  const auto passed = std::chrono::duration_cast<Milliseconds>(now - refilled_).count();
  const int64_t due = std::min<int64_t>(passed, 60'000) * kPerSecond / 1000;
  if (due <= 0) return;
  left_ = static_cast<uint32_t>(std::min<int64_t>(left_ + due, kBurst));
  refilled_ = now;
}

}  // namespace pinlatch::http2
