// See address_shares.h.
#include "admission/address_shares.h"

#include <utility>

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

// What an admitted client has is its own.
bool IsBeforeAdmission(Stage stage) { return stage != Stage::kIdle && stage != Stage::kBusy; }

}  // namespace

size_t AddressShares::KeyedHash::operator()(uint64_t key) const {
  return Mix(Mix(key ^ seed) + seed);
}

AddressShares::AddressShares() : shares_(0, KeyedHash{Seed()}) {}

AddressShares::~AddressShares() = default;

void AddressShares::Count(Place& place) {
  if (!IsBeforeAdmission(place.stage_)) return;
  const std::optional<uint64_t> key = place.AddressKey();
  if (!key) return;
  AddressShare& share = ShareOf(*key);
  place.address_ = &share;
  connections_.Add(share);
  if (IsHandshake(place.stage_)) handshakes_.Add(share);
}

void AddressShares::Forget(Place& place) {
  AddressShare* const share = std::exchange(place.address_, nullptr);
  if (share == nullptr) return;
  if (IsHandshake(place.stage_)) handshakes_.Subtract(*share);
  connections_.Subtract(*share);
  if (share->connections == 0) Drop(*share);
}

AddressShare& AddressShares::ShareOf(uint64_t key) {
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

void AddressShares::Drop(AddressShare& share) {
  Shares::node_type node = shares_.extract(share.key);
  if (spare_.size() < kMostSpare) spare_.push_back(std::move(node));
}

}  // namespace pinlatch::proxy
