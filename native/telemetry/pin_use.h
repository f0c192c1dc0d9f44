// Owns the memory of one worker of when each pin was last used: written by that worker only, read
// by the control thread at any time. Never read by a decision.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace pinlatch::telemetry {

class PinUse {
 public:
  // kNone stands for a pin that was not there before.
  static constexpr uint32_t kNone = UINT32_MAX;

  // Renew makes room for the pins of a generation: origins[i] is what pin i was in the generation
  // before, or kNone. Worker's thread, or before it runs.
  void Renew(uint64_t generation, const std::vector<uint32_t>& origins);
  // Touch records that a pin was used. Worker's thread.
  void Touch(uint32_t pin, UnixSeconds now);
  // ShouldWarn says, at most once a day for each pin, that something about it may be told. Worker's
  // thread.
  bool ShouldWarn(uint32_t pin, UnixSeconds now);

  // MergeInto raises latest[i] to when pin i of `generation` was used last; it stays as it is where
  // it was not. A worker that has yet to take over the generation is read by the `origins` of the
  // pins; one that is farther behind adds nothing. Any thread.
  void MergeInto(uint64_t generation, const std::vector<uint32_t>& origins,
                 std::vector<UnixSeconds>& latest) const;

 private:
  struct Entry {
    std::atomic<UnixSeconds> last_used{0};  // 0: never
    UnixSeconds warned = 0;
  };
  struct Table {
    Table(uint64_t number, size_t size) : generation(number), entries(size) {}
    const uint64_t generation;
    std::vector<Entry> entries;
  };

  mutable std::mutex replacing_;  // held to replace the table, and by other threads that read it
  std::unique_ptr<Table> table_ = std::make_unique<Table>(0, 0);
};

}  // namespace pinlatch::telemetry
