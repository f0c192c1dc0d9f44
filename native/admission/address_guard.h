// Owns what one worker does with clients that are over the limits of their address: it refuses
// before anything is spent on them, and has it counted and logged. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "admission/address_limits.h"
#include "base/error.h"

namespace pinlatch::proxy {

struct LoggingWorker;

// ListenerLimits are the limits of each listener, by its name: of the server, shared by workers.
struct ListenerLimits {
  std::string listener;
  std::shared_ptr<AddressLimits> limits;
};

class AddressGuard {
 public:
  explicit AddressGuard(LoggingWorker& worker) : worker_(worker) {}
  AddressGuard(const AddressGuard&) = delete;
  AddressGuard& operator=(const AddressGuard&) = delete;

  // Use sets the limits of the listeners that there are now.
  void Use(std::vector<ListenerLimits> limits) { limits_ = std::move(limits); }

  // Admit says whether one more connection may come from `address`, and counts it until `lease`
  // ends. A refusal is counted and logged here; closing is the caller's.
  bool Admit(const snapshot::Listener& listener, const AddressOctets& address, AddressLease& lease);

 private:
  AddressLimits* LimitsOf(const std::string& listener) const;
  bool Refuse(const std::string& listener, ErrorCode code, const AddressOctets& address);

  LoggingWorker& worker_;
  std::vector<ListenerLimits> limits_;
};

}  // namespace pinlatch::proxy
