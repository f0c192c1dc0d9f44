// Owns the count of what is in use, and the most that was at a time lately. Pure counting.
#pragma once

#include <algorithm>
#include <cstddef>

namespace pinlatch::proxy {

// Demand remembers the most of two spans of time, the one that runs and the one before it, so that
// a peak counts for at least one span and at most two.
class Demand {
 public:
  void Enter() {
    ++in_use_;
    most_now_ = std::max(most_now_, in_use_);
  }
  void Leave() { --in_use_; }
  // NextSpan begins another span; its peak so far is what is in use.
  void NextSpan() {
    most_before_ = most_now_;
    most_now_ = in_use_;
  }

  size_t in_use() const { return in_use_; }
  // peak is the most that was in use at a time, in the span that runs or the one before it.
  size_t peak() const { return std::max(most_now_, most_before_); }

 private:
  size_t in_use_ = 0;
  size_t most_now_ = 0;
  size_t most_before_ = 0;
};

}  // namespace pinlatch::proxy
