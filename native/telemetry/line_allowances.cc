// See line_allowances.h.
#include "telemetry/line_allowances.h"

#include <algorithm>

#include "base/seed.h"

namespace pinlatch::telemetry {
namespace {

constexpr Duration kPerLine = std::chrono::seconds(1);
constexpr Duration kPerByte =
    Duration(std::chrono::seconds(1)) / static_cast<int64_t>(LineAllowances::kWholeBytesASecond);

}  // namespace

// Without the seed nobody can tell which lines and sources share a place.
LineAllowances::LineAllowances() : seed_(RandomSeed()) {}

bool LineAllowances::MayWrite(const Line& line, MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  if (allowances_.empty()) {
    allowances_.resize(kGroups * kGroupSize);
    seen_.resize(kGroups);
  }
  const uint64_t at = Mix(Mix(seed_ ^ line.address) ^ line.code);
  const bool is_new = IsNew(Mix(at ^ line.certificate));
  const uint64_t who = Mix(at ^ static_cast<uint64_t>(line.about));
  Allowance& allowance = AllowanceOf(Mix(who ^ line.source), now);
  const MonotonicTime whole = std::max(allowance.whole, now) + kPerLine;
  const bool is_proven = line.about == LineAbout::kClient || line.about == LineAbout::kTrusted;
  const uint64_t most = is_new || is_proven ? kBurst : kRepeats;
  if (whole - now > kPerLine * static_cast<int64_t>(most)) return false;
  allowance.whole = whole;
  return true;
}

bool LineAllowances::IsNew(uint64_t key) {
  Seen& seen = seen_[key % kGroups];
  if (std::find(seen.keys.begin(), seen.keys.end(), key) != seen.keys.end()) return false;
  seen.keys[seen.next] = key;
  seen.next = (seen.next + 1) % kGroupSize;
  return true;
}

// The allowance of the source, or the one that gives way to it.
LineAllowances::Allowance& LineAllowances::AllowanceOf(uint64_t key, MonotonicTime now) {
  const auto begin = allowances_.begin() + static_cast<std::ptrdiff_t>(key % kGroups * kGroupSize);
  const auto end = begin + kGroupSize;
  auto place = std::find_if(begin, end, [&](const Allowance& each) { return each.key == key; });
  if (place == end) {
    place = std::min_element(
        begin, end, [](const Allowance& a, const Allowance& b) { return a.whole < b.whole; });
    *place = {key, now};
  }
  return *place;
}

bool LineAllowances::MayBeWhole(LineAbout about, MonotonicTime now) {
  if (about == LineAbout::kGateway || about == LineAbout::kClient) return true;
  const std::lock_guard lock(mutex_);
  return whole_[static_cast<size_t>(about)] - now < kPerByte * static_cast<int64_t>(kWholeBytes);
}

void LineAllowances::Written(LineAbout about, size_t bytes, MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  MonotonicTime& whole = whole_[static_cast<size_t>(about)];
  whole = std::max(whole, now) + kPerByte * static_cast<int64_t>(bytes);
}

}  // namespace pinlatch::telemetry
