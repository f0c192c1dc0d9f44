// See pin_use.h.
#include "telemetry/pin_use.h"

#include <algorithm>
#include <utility>

namespace pinlatch::telemetry {
namespace {

constexpr UnixSeconds kDay = 24 * 3600;

}  // namespace

void PinUse::Renew(uint64_t generation, const std::vector<uint32_t>& origins) {
  auto next = std::make_unique<Table>(generation, origins.size());
  for (size_t i = 0; i < origins.size(); ++i) {
    if (origins[i] >= table_->entries.size()) continue;  // kNone too
    const Entry& old = table_->entries[origins[i]];
    next->entries[i].last_used.store(old.last_used.load(std::memory_order_relaxed),
                                     std::memory_order_relaxed);
    next->entries[i].warned = old.warned;
  }
  const std::lock_guard lock(replacing_);
  table_ = std::move(next);
}

void PinUse::Touch(uint32_t pin, UnixSeconds now) {
  if (pin >= table_->entries.size()) return;
  table_->entries[pin].last_used.store(now, std::memory_order_relaxed);
}

bool PinUse::ShouldWarn(uint32_t pin, UnixSeconds now) {
  if (pin >= table_->entries.size()) return false;
  UnixSeconds& warned = table_->entries[pin].warned;
  // A clock that went back is no reason to be silent for long.
  if (warned != 0 && warned <= now && now - warned < kDay) return false;
  warned = now;
  return true;
}

void PinUse::MergeInto(uint64_t generation, const std::vector<uint32_t>& origins,
                       std::vector<UnixSeconds>& latest) const {
  const std::lock_guard lock(replacing_);
  const bool is_current = table_->generation == generation;
  if (!is_current && table_->generation + 1 != generation) return;
  for (uint32_t i = 0; i < latest.size(); ++i) {
    const uint32_t entry = is_current ? i : origins[i];
    if (entry >= table_->entries.size()) continue;
    const UnixSeconds used = table_->entries[entry].last_used.load(std::memory_order_relaxed);
    latest[i] = std::max(latest[i], used);
  }
}

}  // namespace pinlatch::telemetry
