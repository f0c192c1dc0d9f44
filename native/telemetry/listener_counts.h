// Owns the counters of the listeners on one worker: written by that worker only, read by others at
// any time.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "telemetry/counters.h"

namespace pinlatch::telemetry {

class ListenerCounts {
 public:
  struct One {
    std::string name;
    ListenerCounters counters;
  };

  // Keep has counters for the listeners of these names, in this order: those that there are go on,
  // those of a listener that is gone end with it. The worker's thread, or before it runs.
  void Keep(const std::vector<std::string>& names) {
    const std::lock_guard lock(mutex_);
    std::vector<std::unique_ptr<One>> kept;
    for (const std::string& name : names) {
      const size_t at = Find(name);
      kept.push_back(at < all_.size() ? std::move(all_[at]) : std::make_unique<One>());
      kept.back()->name = name;
    }
    all_ = std::move(kept);
  }
  // Of finds those of a listener, until the next Keep; nullptr when there is none of that name. The
  // worker's thread.
  ListenerCounters* Of(std::string_view name) {
    const size_t at = Find(name);
    return at < all_.size() ? &all_[at]->counters : nullptr;
  }
  // Visit shows all of them, in their order. Any thread.
  template <typename Visitor>
  void Visit(const Visitor& visitor) const {
    const std::lock_guard lock(mutex_);
    for (const auto& one : all_) visitor(std::as_const(*one));
  }

 private:
  size_t Find(std::string_view name) const {
    size_t at = 0;
    while (at < all_.size() && (all_[at] == nullptr || all_[at]->name != name)) ++at;
    return at;
  }

  // Guards the list for those who read it while the worker changes it, which is the only one that
  // does.
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<One>> all_;
};

}  // namespace pinlatch::telemetry
