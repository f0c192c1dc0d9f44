// See fair_queue.h.
#include "admission/fair_queue.h"

#include <algorithm>

#include "base/seed.h"
#include "keys/random.h"

namespace pinlatch::proxy {
namespace {

// Connections come and go by the dozen; a flood's memory is given back.
constexpr size_t kMostSpare = 16;

// Should the kernel refuse, slots can be foreseen; the order holds all the same.
uint64_t Seed() {
  unsigned char seed[sizeof(uint64_t)] = {};
  (void)tls::FillRandom(nullptr, seed, sizeof seed);
  uint64_t value = 0;
  for (const unsigned char octet : seed) value = (value << 8) | octet;
  return value;
}

}  // namespace

size_t FairQueue::KeyedHash::operator()(uint64_t key) const { return Mix(Mix(key ^ seed) + seed); }

FairQueue::FairQueue() : shares_(0, KeyedHash{Seed()}), by_count_(1) {}

FairQueue::~FairQueue() = default;

void FairQueue::PushBack(Place& place) {
  order_.PushBack(place);
  Count(place);
  if (place.address_ != nullptr) place.address_->places.PushBack(place);
}

void FairQueue::PushFront(Place& place) {
  order_.PushFront(place);
  Count(place);
  if (place.address_ != nullptr) place.address_->places.PushFront(place);
}

void FairQueue::Count(Place& place) {
  place.queued_ = true;
  const std::optional<uint64_t> key = place.AddressKey();
  if (!key) return;
  AddressShare& share = ShareOf(*key);
  place.address_ = &share;
  ++counted_;
  MoveToCount(share, share.count + 1);
}

void FairQueue::Remove(Place& place) {
  order_.Remove(place);
  place.queued_ = false;
  AddressShare* const share = place.address_;
  if (share == nullptr) return;
  place.address_ = nullptr;
  --counted_;
  share->places.Remove(place);
  MoveToCount(*share, share->count - 1);
  if (share->count == 0) Drop(*share);
}

AddressShare& FairQueue::ShareOf(uint64_t key) {
  if (spare_.empty()) {
    AddressShare& share = shares_[key];
    share.key = key;
    return share;
  }
  if (const auto found = shares_.find(key); found != shares_.end()) return found->second;
  Shares::node_type node = std::move(spare_.back());
  spare_.pop_back();
  node.key() = key;
  node.mapped().key = key;
  return shares_.insert(std::move(node)).position->second;
}

void FairQueue::Drop(AddressShare& share) {
  Shares::node_type node = shares_.extract(share.key);
  if (spare_.size() < kMostSpare) spare_.push_back(std::move(node));
}

// Counts change by one, so that the heaviest does too.
void FairQueue::MoveToCount(AddressShare& share, size_t count) {
  if (share.count > 0) by_count_[share.count].Remove(share);
  share.count = count;
  if (count == by_count_.size()) by_count_.emplace_back();
  if (count > 0) by_count_[count].PushBack(share);
  heaviest_ = std::max(heaviest_, count);
  while (heaviest_ > 0 && by_count_[heaviest_].empty()) --heaviest_;
}

Place* FairQueue::Next(size_t least) const {
  if (heaviest_ > least && heaviest_ * shares_.size() > counted_) {
    return by_count_[heaviest_].front()->places.front();
  }
  return order_.front();
}

}  // namespace pinlatch::proxy
