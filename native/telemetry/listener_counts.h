// Owns the counters of the listeners on one worker: written by that worker only, read by others at
// any time.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/counters.h"

namespace pinlatch::telemetry {

class ListenerCounts {
 public:
  struct One {
    std::string name;
    ListenerCounters counters;
  };

  // Open makes the counters, one for each listener that will ever be. Before the worker runs.
  void Open(const std::vector<std::string>& names) {
    for (const std::string& name : names) all_.emplace_back().name = name;
  }
  // Of finds those of a listener; nullptr when it was not opened.
  ListenerCounters* Of(std::string_view name) {
    for (One& one : all_) {
      if (one.name == name) return &one.counters;
    }
    return nullptr;
  }
  const std::deque<One>& all() const { return all_; }

 private:
  std::deque<One> all_;  // counters do not move
};

}  // namespace pinlatch::telemetry
