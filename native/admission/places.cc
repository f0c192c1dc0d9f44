// See places.h.
#include "admission/places.h"

#include <algorithm>
#include <utility>

namespace pinlatch::proxy {
namespace {

// An address is never to blame for a sixteenth of a limit, up to 64 connections: a fleet behind one
// address has a few at once, however many addresses others come from.
constexpr size_t kFairParts = 16;
constexpr size_t kMostFair = 64;

// One place in so many is for newcomers, also where clients that rest hold all the others.
constexpr size_t kPartsForNewcomers = 64;

// No more than this part of a limit gives way in one round of the event loop.
constexpr size_t kPartsARound = 8;

// By what each has said, the least first.
constexpr std::array kHandshakes{Stage::kSilent, Stage::kHandshaking};
constexpr std::array kStrangers{Stage::kLeaving, Stage::kSilent, Stage::kHandshaking,
                                Stage::kStranger};

size_t PartOf(size_t limit, size_t parts) { return std::max<size_t>(limit / parts, 1); }

size_t FairPartOf(size_t limit) { return std::min(PartOf(limit, kFairParts), kMostFair); }

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
  if (stage == Stage::kBusy) return;
  shares_.Count(place);
  place.queued_ = true;
  queued_[Index(stage)].PushBack(place);
  if (place.address_ != nullptr) place.address_->queued[Index(stage)].PushBack(place);
}

void Places::Withdraw(Place& place) {
  if (chosen_ == &place) chosen_ = nullptr;
  if (place.queued_) StepOut(place);
  shares_.Forget(place);
  --counts_[Index(place.stage_)];
}

// Who steps out cannot give way, and counts for its address all the same.
void Places::StepOut(Place& place) {
  place.queued_ = false;
  queued_[Index(place.stage_)].Remove(place);
  if (place.address_ != nullptr) place.address_->queued[Index(place.stage_)].Remove(place);
}

void Places::StepIn(Place& place) {
  place.queued_ = true;
  queued_[Index(place.stage_)].PushFront(place);
  if (place.address_ != nullptr) place.address_->queued[Index(place.stage_)].PushFront(place);
}

void Places::Settle(Place& place, Stage stage, MonotonicTime now) {
  if (place.stage_ != stage) {
    Withdraw(place);
    Join(place, stage, now);
  } else if (!place.queued_ && stage != Stage::kBusy) {
    // FirstOf took it out as the one that was to give way. It has been heard, and is no further.
    place.heard_ = true;
    StepIn(place);
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
  if (!MayGoInThisRound(std::min(limits.handshakes, limits.connections), now)) return kNextRound;
  return handshakes() < limits.handshakes ? AmongConnections(limits, now)
                                          : AmongHandshakes(limits, now);
}

Duration Places::FindOneToGo(const PlaceLimits& limits, bool even_clients, MonotonicTime now) {
  chosen_ = nullptr;
  if (!MayGoInThisRound(limits.handshakes, now)) return kNextRound;
  return even_clients ? AmongConnections(limits, now) : AmongStrangers(limits, now);
}

// Were all replaced in one round, by others whose first words have not been read, nobody could be
// told apart any more. Where descriptors are short, most are wanted for requests and the limit of
// connections is small: there the one of handshakes bounds this alone.
bool Places::MayGoInThisRound(size_t limit, MonotonicTime now) {
  if (round_ != now) gone_ = 0;
  round_ = now;
  return gone_ < PartOf(limit, kPartsARound);
}

void Places::MakeRoom(MonotonicTime now) {
  if (chosen_ == nullptr) return;
  ++gone_;
  const size_t stage = Index(chosen_->stage_);
  if (stage < patience_.size()) patience_[stage].Wear(now);
  std::exchange(chosen_, nullptr)->GiveWay();
}

Duration Places::AmongHandshakes(const PlaceLimits& limits, MonotonicTime now) {
  return Among(shares_.handshakes(), limits.handshakes, kHandshakes, now);
}

// Where an address has more than its part, its own connections go or the newcomer waits: whether
// they have to be heard first or are too young, their neighbours are not to blame.
template <typename Ranking, size_t kCount>
Duration Places::Among(const Ranking& shares, size_t limit, const std::array<Stage, kCount>& stages,
                       MonotonicTime now) {
  Duration wait = kUntilTold;
  const bool one_is_over = shares.VisitOver(FairPartOf(limit), [&](AddressShare& share) {
    wait = std::min(wait, FirstOf(share.queued, stages, now));
    return wait == Duration(0);
  });
  return one_is_over ? wait : FirstOf(queued_, stages, now);
}

// Whoever has said less goes before anybody who has said more, once it is no longer left alone.
template <typename Lists, size_t kCount>
Duration Places::FirstOf(Lists& lists, const std::array<Stage, kCount>& stages, MonotonicTime now) {
  Duration wait = kUntilTold;
  for (const Stage stage : stages) {
    Place* const first = FirstOf(lists[Index(stage)]);
    if (first == nullptr) continue;
    const Duration left = LeftAlone(*first, now);
    if (left <= Duration(0)) {
      chosen_ = first;
      return Duration(0);
    }
    wait = std::min(wait, left);
  }
  return wait;
}

Duration Places::LeftAlone(const Place& place, MonotonicTime now) const {
  const size_t stage = Index(place.stage_);
  if (stage >= patience_.size()) return Duration(0);
  return place.since_ + patience_[stage].At(now) - now;
}

// A client that rests is the last resort: while newcomers have their places, they wait for one
// another.
Duration Places::AmongConnections(const PlaceLimits& limits, MonotonicTime now) {
  const Duration wait = AmongStrangers(limits, now);
  const size_t for_newcomers =
      std::min(PartOf(limits.connections, kPartsForNewcomers), limits.handshakes);
  if (chosen_ == nullptr && handshakes() < for_newcomers) {
    chosen_ = FirstOf(queued_[Index(Stage::kIdle)]);
  }
  return chosen_ == nullptr ? wait : Duration(0);
}

Duration Places::AmongStrangers(const PlaceLimits& limits, MonotonicTime now) {
  return Among(shares_.connections(), limits.connections, kStrangers, now);
}

// Who has its turn is on the call stack, and steps out until that is over.
// Whose bytes wait is heard before it is judged: it steps out of the queue until its turn, which
// the event loop owes it, and is the first again if that brings it no further. Past the handshake
// that is so once: who asks in vain without a pause has always more to say, and would never go.
template <typename List>
Place* Places::FirstOf(List& list) {
  while (Place* const next = list.front()) {
    const bool is_over = !next->HasUnread() || (next->heard_ && !IsHandshake(next->stage_));
    if (is_over && !next->HasTurn()) return next;
    StepOut(*next);
  }
  return nullptr;
}

}  // namespace pinlatch::proxy
