// Owns what one worker does with clients that are over the limits of their address: it refuses
// before anything is spent on them, and says so in the log, a line a second with a count. One
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/event_loop.h"
#include "proxy/address_limits.h"

namespace pinlatch::proxy {

struct WorkerContext;

// ListenerLimits are the limits of each listener, by its name: of the server, shared by workers.
struct ListenerLimits {
  std::string listener;
  std::shared_ptr<AddressLimits> limits;
};

class AddressGuard final : private io::TimerHandler {
 public:
  explicit AddressGuard(WorkerContext& worker);
  AddressGuard(const AddressGuard&) = delete;
  AddressGuard& operator=(const AddressGuard&) = delete;

  // Use sets the listeners' limits; before any connection is admitted.
  void Use(std::vector<ListenerLimits> limits) { limits_ = std::move(limits); }

  // Admit says whether one more connection may come from `address`, and counts it until `lease`
  // ends. A refusal is counted and logged here; closing is the caller's.
  bool Admit(const snapshot::Listener& listener, const identity::AddressOctets& address,
             AddressLease& lease);

 private:
  // Refused is what has been refused on one listener and is not in the log yet.
  struct Refused {
    std::string listener;
    ErrorCode code = ErrorCode::kTooManyConnections;
    std::string address;  // of the last
    uint64_t count = 0;
  };

  AddressLimits* LimitsOf(const std::string& listener) const;
  void Note(const std::string& listener, ErrorCode code, const identity::AddressOctets& address);
  void Write();
  void OnTimer(io::Timer& timer) override;

  WorkerContext& worker_;
  std::vector<ListenerLimits> limits_;
  std::vector<Refused> refused_;  // at most one a listener and code
  io::Timer pause_;               // armed while a line has been written lately
};

}  // namespace pinlatch::proxy
