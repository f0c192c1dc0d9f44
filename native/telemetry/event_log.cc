// See event_log.h.
#include "telemetry/event_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pinlatch::telemetry {
namespace {

// One lane is the gateway's own; a listener has one for each other kLineAbout, access and security.
constexpr size_t kAbouts = kLineAbouts - 1;
constexpr size_t kLanesOfListener = 2 * kAbouts;

// What a drained log keeps memory for.
constexpr size_t kKept = size_t{64} << 10;

size_t Lanes(size_t listeners) { return 1 + listeners * kLanesOfListener; }

}  // namespace

EventLog::EventLog(std::function<void()> wake, size_t bound)
    : wake_(std::move(wake)), bound_(bound), room_(bound, Lanes(1)) {}

void EventLog::ShareAmong(size_t listeners) {
  const std::lock_guard lock(mutex_);
  wanted_ = std::max<size_t>(listeners, 1);
  if (lines_.empty()) Divide();
}

// Lines that wait have been counted in the lanes that there were.
void EventLog::Divide() {
  if (listeners_ == wanted_) return;
  listeners_ = wanted_;
  room_ = FairRoom(bound_, Lanes(listeners_));
}

// A connection may be of a listener whose number another one has had since a reload: they share.
size_t EventLog::LaneOf(const LineOrigin& origin) const {
  if (origin.about == LineAbout::kGateway) return 0;
  const size_t part = origin.kind == LineKind::kAccess ? 0 : kAbouts;
  return 1 + origin.listener % listeners_ * kLanesOfListener + part +
         static_cast<size_t>(origin.about) - 1;
}

bool EventLog::Append(const LineOrigin& origin, std::string_view line) {
  assert(line.find('\n') == std::string_view::npos);  // It would pass for two records.
  bool was_empty;
  {
    const std::lock_guard lock(mutex_);
    if (!room_.Take(LaneOf(origin), origin.source, line.size() + 1)) return false;
    was_empty = lines_.empty();
    lines_.append(line);
    lines_ += '\n';
  }
  if (was_empty && wake_) wake_();
  return true;
}

void EventLog::Drain(std::string& into) {
  const std::lock_guard lock(mutex_);
  room_.Clear();
  Divide();
  if (into.empty()) {
    into.swap(lines_);
    // The worker finds memory for the next batch waiting.
    if (lines_.capacity() < kKept) lines_.reserve(std::min(into.size(), kKept));
    return;
  }
  into.append(lines_);
  lines_.clear();
}

}  // namespace pinlatch::telemetry
