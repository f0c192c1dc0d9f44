// See event_log.h.
#include "telemetry/event_log.h"

#include <cassert>
#include <utility>

namespace pinlatch::telemetry {

EventLog::EventLog(std::function<void()> wake, size_t bound)
    : wake_(std::move(wake)), bound_(bound) {}

bool EventLog::Append(std::string_view line) {
  assert(line.find('\n') == std::string_view::npos);  // It would pass for two records.
  bool was_empty;
  {
    const std::lock_guard lock(mutex_);
    // Subtractions that cannot wrap: the log never holds more than the bound.
    if (line.size() >= bound_ - lines_.size()) return false;
    was_empty = lines_.empty();
    lines_.append(line);
    lines_ += '\n';
  }
  if (was_empty && wake_) wake_();
  return true;
}

void EventLog::Drain(std::string& into) {
  const std::lock_guard lock(mutex_);
  if (into.empty()) {
    into.swap(lines_);
    return;
  }
  into.append(lines_);
  lines_.clear();
}

}  // namespace pinlatch::telemetry
