// See timer_wheel.h.
#include "io/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <utility>

namespace pinlatch::io {
namespace {
constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();
}  // namespace

void Timer::Disarm() {
  if (wheel_ != nullptr) wheel_->Unlink(*this);
}

TimerWheel::TimerWheel(MonotonicTime start) : start_(start) {}

TimerWheel::~TimerWheel() {
  for (Timer*& head : slots_) {
    while (head != nullptr) Unlink(*head);
  }
}

void TimerWheel::Arm(Timer& timer, Duration delay) {
  timer.Disarm();
  // Unsigned, so that even Duration::max() cannot overflow.
  const auto now = static_cast<uint64_t>(elapsed_.count());
  const auto wait = static_cast<uint64_t>(std::max(delay, Duration::zero()).count());
  constexpr auto kTickLength = static_cast<uint64_t>(kTick.count());
  const uint64_t rounded_up = (now + wait + kTickLength - 1) / kTickLength;
  // The tick that is running now is out of bounds: a handler that arms itself with no delay would
  // never let Advance return.
  timer.tick_ = std::max(rounded_up, now / kTickLength + 1);
  timer.wheel_ = this;
  Place(timer);
}

void TimerWheel::SetTime(MonotonicTime now) {
  elapsed_ = std::max(elapsed_, std::chrono::duration_cast<Duration>(now - start_));
}

void TimerWheel::Advance(MonotonicTime now) {
  assert(!advancing_);
  advancing_ = true;
  SetTime(now);
  const auto target = static_cast<uint64_t>(elapsed_ / kTick);
  for (uint64_t next = NextOccupiedTick(); next <= target; next = NextOccupiedTick()) {
    tick_ = next;
    SpreadHigherLevels();
    FireCurrentTick();
  }
  tick_ = target;
  advancing_ = false;
}

Duration TimerWheel::UntilNext(MonotonicTime now) const {
  // Only within Advance: the rest of the tick that is being fired.
  if (slots_[tick_ % kSlots] != nullptr) return Duration::zero();
  const uint64_t next = NextOccupiedTick();
  if (next == kNever) return Duration::max();
  const MonotonicTime due = start_ + kTick * static_cast<int64_t>(next);
  return std::max(Duration::zero(), std::chrono::duration_cast<Duration>(due - now));
}

// The first tick after the current one at which an occupied slot begins.
uint64_t TimerWheel::NextOccupiedTick() const {
  uint64_t first = kNever;
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    const unsigned shift = level * kSlotBits;
    const uint64_t following = (tick_ >> shift) + 1;
    // Rotated so that bit 0 is the slot that follows; the current slot, empty until it is reached
    // again one turn later, comes last.
    const uint64_t ahead = std::rotr(occupied_[level], static_cast<int>(following % kSlots));
    const auto distance = static_cast<uint64_t>(std::countr_zero(ahead));
    first = std::min(first, (following + distance) << shift);
  }
  return first;
}

// Links the timer into the slot of its tick, seen from the current tick.
void TimerWheel::Place(Timer& timer) {
  const uint64_t distance = timer.tick_ - tick_;
  const uint64_t tick = distance < kSpan ? timer.tick_ : tick_ + kSpan - 1;
  unsigned level = 0;
  while (level + 1 < kLevels && (distance >> ((level + 1) * kSlotBits)) != 0) ++level;
  const auto slot = static_cast<unsigned>((tick >> (level * kSlotBits)) % kSlots);

  timer.slot_ = static_cast<uint16_t>(level * kSlots + slot);
  Timer*& head = slots_[timer.slot_];
  timer.previous_ = nullptr;
  timer.next_ = head;
  if (head != nullptr) head->previous_ = &timer;
  head = &timer;
  occupied_[level] |= uint64_t{1} << slot;
}

void TimerWheel::Unlink(Timer& timer) {
  if (timer.next_ != nullptr) timer.next_->previous_ = timer.previous_;
  if (timer.previous_ != nullptr) {
    timer.previous_->next_ = timer.next_;
  } else {
    slots_[timer.slot_] = timer.next_;
    if (timer.next_ == nullptr) {
      occupied_[timer.slot_ / kSlots] &= ~(uint64_t{1} << (timer.slot_ % kSlots));
    }
  }
  timer.next_ = timer.previous_ = nullptr;
  timer.wheel_ = nullptr;
}

// Spreads the slots of the higher levels that begin at the current tick. Each timer goes straight
// to where it belongs, which is never another slot that begins here, so the order does not matter.
void TimerWheel::SpreadHigherLevels() {
  for (unsigned level = 1; level < kLevels; ++level) {
    const unsigned shift = level * kSlotBits;
    if (tick_ % (uint64_t{1} << shift) != 0) return;
    const auto slot = static_cast<unsigned>((tick_ >> shift) % kSlots);
    Timer* timer = std::exchange(slots_[level * kSlots + slot], nullptr);
    occupied_[level] &= ~(uint64_t{1} << slot);
    while (timer != nullptr) {
      Timer* const next = timer->next_;
      Place(*timer);
      timer = next;
    }
  }
}

// No timer can be added to the slot of the current tick meanwhile: Arm places it later.
void TimerWheel::FireCurrentTick() {
  Timer*& head = slots_[tick_ % kSlots];
  while (head != nullptr) {
    Timer& timer = *head;
    Unlink(timer);
    timer.handler_.OnTimer(timer);
  }
}

}  // namespace pinlatch::io
