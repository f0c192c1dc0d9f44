// See places.h.
#include "admission/places.h"

#include <algorithm>
#include <utility>

namespace pinlatch::proxy {
namespace {

// An address is never to blame for a sixteenth of a limit: a fleet behind one address has a few
// connections at once, however many addresses others come from.
constexpr size_t kFairParts = 16;

// One place in so many is for newcomers, also where clients that rest hold all the others.
constexpr size_t kPartsForNewcomers = 64;

// No more than this part of a limit gives way in one round of the event loop.
constexpr size_t kPartsARound = 8;

size_t PartOf(size_t limit, size_t parts) { return std::max<size_t>(limit / parts, 1); }

}  // namespace

Place::~Place() {
  if (places_ != nullptr) places_->Leave(*this);
}

void Place::Take(Places& places, MonotonicTime now) { places.Enter(*this, now); }

void Place::MoveTo(Stage stage, MonotonicTime now) { places_->Settle(*this, stage, now); }

void Place::Advanced(MonotonicTime now) { places_->Renew(*this, now); }

void Places::Enter(Place& place, MonotonicTime now) {
  place.places_ = this;
  ++connections_;
  Join(place, Stage::kSilent, now);
}

void Places::Leave(Place& place) {
  Withdraw(place);
  --connections_;
}

void Places::Join(Place& place, Stage stage, MonotonicTime now) {
  place.stage_ = stage;
  place.since_ = now;
  place.heard_ = false;
  ++counts_[Index(stage)];
  if (stage != Stage::kBusy) queues_[Index(stage)].PushBack(place);
}

void Places::Withdraw(Place& place) {
  if (chosen_ == &place) chosen_ = nullptr;
  if (place.queued_) queues_[Index(place.stage_)].Remove(place);
  --counts_[Index(place.stage_)];
}

void Places::Settle(Place& place, Stage stage, MonotonicTime now) {
  if (place.stage_ != stage) {
    Withdraw(place);
    Join(place, stage, now);
  } else if (!place.queued_ && stage != Stage::kBusy) {
    // FirstOf took it out as the one that was to give way. It has been heard, and is no further.
    place.heard_ = true;
    queues_[Index(stage)].PushFront(place);
  }
}

void Places::Renew(Place& place, MonotonicTime now) {
  const Stage stage = place.stage_;
  Withdraw(place);
  Join(place, stage, now);
}

Duration Places::FindRoom(const PlaceLimits& limits, MonotonicTime now) {
  chosen_ = nullptr;
  if (handshakes() < limits.handshakes && connections_ < limits.connections) return Duration(0);
  if (!MayGoInThisRound(limits, now)) return kNextRound;
  return handshakes() < limits.handshakes ? AmongConnections(limits, now)
                                          : AmongHandshakes(limits, now);
}

Duration Places::FindOneToGo(const PlaceLimits& limits, bool even_clients, MonotonicTime now) {
  chosen_ = nullptr;
  if (!MayGoInThisRound(limits, now)) return kNextRound;
  return even_clients ? AmongConnections(limits, now) : AmongStrangers(limits, now);
}

// Were all replaced in one round, by others whose first words have not been read, nobody could be
// told apart any more.
bool Places::MayGoInThisRound(const PlaceLimits& limits, MonotonicTime now) {
  if (round_ != now) gone_ = 0;
  round_ = now;
  return gone_ < PartOf(limits.handshakes, kPartsARound);
}

void Places::MakeRoom(MonotonicTime now) {
  if (chosen_ == nullptr) return;
  ++gone_;
  const size_t stage = Index(chosen_->stage_);
  if (stage < patience_.size()) patience_[stage].Wear(now);
  std::exchange(chosen_, nullptr)->GiveWay();
}

// Whoever is silent for too long goes before anybody who has spoken.
Duration Places::AmongHandshakes(const PlaceLimits& limits, MonotonicTime now) {
  Duration wait = kUntilTold;
  for (const Stage stage : {Stage::kSilent, Stage::kHandshaking}) {
    Place* const first = FirstOf(stage, limits.handshakes);
    if (first == nullptr) continue;
    const Duration left = first->since_ + patience_[Index(stage)].At(now) - now;
    if (left <= Duration(0)) {
      chosen_ = first;
      return Duration(0);
    }
    wait = std::min(wait, left);
  }
  return wait;
}

// A client that rests is the last resort: while newcomers have their places, they wait for one
// another.
Duration Places::AmongConnections(const PlaceLimits& limits, MonotonicTime now) {
  const Duration wait = AmongStrangers(limits, now);
  const size_t for_newcomers =
      std::min(PartOf(limits.connections, kPartsForNewcomers), limits.handshakes);
  if (chosen_ == nullptr && handshakes() < for_newcomers) {
    chosen_ = FirstOf(Stage::kIdle, limits.connections);
  }
  return chosen_ == nullptr ? wait : Duration(0);
}

Duration Places::AmongStrangers(const PlaceLimits& limits, MonotonicTime now) {
  chosen_ = FirstOf(Stage::kLeaving, limits.connections);
  if (chosen_ != nullptr) return Duration(0);
  const Duration wait = AmongHandshakes(limits, now);
  if (chosen_ != nullptr) return wait;
  chosen_ = FirstOf(Stage::kStranger, limits.connections);
  return chosen_ == nullptr ? wait : Duration(0);
}

// Who has its turn is on the call stack, and steps out until that is over.
// Whose bytes wait is heard before it is judged: it steps out of the queue until its turn, which
// the event loop owes it, and is the first again if that brings it no further. Past the handshake
// that is so once: who asks in vain without a pause has always more to say, and would never go.
Place* Places::FirstOf(Stage stage, size_t limit) {
  const bool shakes_hands = stage == Stage::kSilent || stage == Stage::kHandshaking;
  FairQueue& queue = queues_[Index(stage)];
  while (Place* const next = queue.Next(PartOf(limit, kFairParts))) {
    const bool is_over = !next->HasUnread() || (next->heard_ && !shakes_hands);
    if (is_over && !next->HasTurn()) return next;
    queue.Remove(*next);
  }
  return nullptr;
}

}  // namespace pinlatch::proxy
