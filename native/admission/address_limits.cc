// See address_limits.h.
#include "admission/address_limits.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "identity/describe.h"
#include "keys/random.h"

namespace pinlatch::proxy {
namespace {

// Addresses whose handshakes are remembered: 128 KiB a listener, however many come. One that has to
// give way is the one in its group whose allowance is whole the soonest, so that who sprays
// addresses loses the memory of them and not that of the busy.
constexpr size_t kGroups = 1024;
constexpr size_t kGroupSize = 8;

}  // namespace

AddressLease::AddressLease(AddressLease&& other) noexcept
    : limits_(std::exchange(other.limits_, nullptr)), address_(other.address_) {}

AddressLease& AddressLease::operator=(AddressLease&& other) noexcept {
  if (this == &other) return *this;
  Release();
  limits_ = std::exchange(other.limits_, nullptr);
  address_ = other.address_;
  return *this;
}

void AddressLease::Release() {
  if (limits_ != nullptr) std::exchange(limits_, nullptr)->Leave(address_);
}

// Should the kernel refuse, slots can be foreseen; the limits hold all the same.
AddressLimits::AddressLimits() { (void)tls::FillRandom(nullptr, seed_.data(), seed_.size()); }

AddressLimits::Verdict AddressLimits::Admit(const AddressOctets& address,
                                            const snapshot::Limits& limits, MonotonicTime now,
                                            AddressLease& lease) {
  const uint64_t key = AddressKey(address);
  const std::lock_guard lock(mutex_);
  const uint32_t most = limits.connections_per_address;
  if (most > 0) {
    const auto open = open_.find(key);
    if (open != open_.end() && open->second >= most) return Verdict::kTooManyConnections;
  }
  if (limits.handshakes_per_address > 0 && !MayHandshake(key, limits, now)) {
    return Verdict::kTooManyHandshakes;
  }
  if (most > 0) {
    ++open_[key];
    lease = AddressLease(shared_from_this(), key);
  }
  return Verdict::kAdmitted;
}

bool AddressLimits::MayHandshake(uint64_t address, const snapshot::Limits& limits,
                                 MonotonicTime now) {
  const Duration step =
      Duration(Milliseconds(limits.handshake_period_ms)) / limits.handshakes_per_address;
  Recent& recent = SlotOf(address, now);
  const MonotonicTime from = recent.address == address ? std::max(recent.whole, now) : now;
  const MonotonicTime whole = from + step;
  if (whole - now > step * limits.handshake_burst) return false;
  recent = {address, whole};
  return true;
}

size_t AddressLimits::GroupOf(uint64_t address) const {
  std::array<uint8_t, sizeof seed_ + sizeof address> message;
  std::memcpy(message.data(), seed_.data(), seed_.size());
  std::memcpy(message.data() + seed_.size(), &address, sizeof address);
  const identity::Sha256 hash = identity::Sha256Of(message);
  return ((size_t{hash[0]} << 8) | hash[1]) % kGroups;
}

// The slot of the address, or the one that gives way to it.
AddressLimits::Recent& AddressLimits::SlotOf(uint64_t address, MonotonicTime now) {
  if (recent_.empty()) recent_.resize(kGroups * kGroupSize);
  const size_t group = GroupOf(address);
  const auto begin = recent_.begin() + static_cast<std::ptrdiff_t>(group * kGroupSize);
  const auto end = begin + kGroupSize;
  const auto known = std::find_if(begin, end, [&](const Recent& recent) {
    return recent.address == address && recent.whole > now;
  });
  if (known != end) return *known;
  return *std::min_element(begin, end,
                           [](const Recent& a, const Recent& b) { return a.whole < b.whole; });
}

void AddressLimits::Leave(uint64_t address) {
  const std::lock_guard lock(mutex_);
  const auto open = open_.find(address);
  if (open != open_.end() && --open->second == 0) open_.erase(open);
}

size_t AddressLimits::connections() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

size_t AddressLimits::handshakes() const {
  const std::lock_guard lock(mutex_);
  return recent_.size();
}

}  // namespace pinlatch::proxy
