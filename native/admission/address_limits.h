// Owns AddressLimits: how many connections and handshakes one client address has on one listener.
// Shared by all workers, one lock: asked once a connection, and only where a listener has such a
// limit.
//
// Exact and not a share for each worker: the kernel spreads the connections of one address over the
// workers by chance, so a share would refuse some clients long before the limit.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/address_octets.h"
#include "base/clock.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

class AddressLimits;

// AddressLease is a connection that is counted for its address; destroying it ends that. It keeps
// the limits that it counts for, which may be of a listener that is gone.
class AddressLease {
 public:
  AddressLease() = default;
  AddressLease(std::shared_ptr<AddressLimits> limits, uint64_t address)
      : limits_(std::move(limits)), address_(address) {}
  AddressLease(AddressLease&& other) noexcept;
  AddressLease& operator=(AddressLease&& other) noexcept;
  ~AddressLease() { Release(); }

 private:
  void Release();

  std::shared_ptr<AddressLimits> limits_;
  uint64_t address_ = 0;
};

// AddressLimits are shared (std::make_shared): leases keep them.
class AddressLimits : public std::enable_shared_from_this<AddressLimits> {
 public:
  AddressLimits();
  AddressLimits(const AddressLimits&) = delete;
  AddressLimits& operator=(const AddressLimits&) = delete;

  enum class Verdict : uint8_t { kAdmitted, kTooManyConnections, kTooManyHandshakes };
  // Admit counts one more connection, whose handshake begins at `now`, unless it is over a limit;
  // what is refused counts for nothing. An IPv6 address counts by its first 64 bits. Connections
  // are counted while `limits` bounds them; then `lease` ends the counting.
  Verdict Admit(const AddressOctets& address, const snapshot::Limits& limits, MonotonicTime now,
                AddressLease& lease);

  // connections is how many addresses are counted for their connections; handshakes how many are
  // remembered for their handshakes. For tests.
  size_t connections() const;
  size_t handshakes() const;

 private:
  friend class AddressLease;

  // Recent is an address that has begun handshakes. Its allowance is whole again at `whole`
  // (GCRA: each handshake moves it on by the time that the rate gives for one).
  struct Recent {
    uint64_t address = 0;
    MonotonicTime whole;  // not later than now: as if it were not there
  };

  bool MayHandshake(uint64_t address, const snapshot::Limits& limits, MonotonicTime now);
  size_t GroupOf(uint64_t address) const;
  Recent& SlotOf(uint64_t address, MonotonicTime now);
  void Leave(uint64_t address);

  mutable std::mutex mutex_;
  std::array<uint8_t, 32> seed_{};  // of the kernel: nobody outside can aim at a slot
  std::unordered_map<uint64_t, uint32_t> open_;
  std::vector<Recent> recent_;  // empty until a rate is asked for
};

}  // namespace pinlatch::proxy
