// See address_guard.h.
#include "admission/address_guard.h"

#include <algorithm>

#include "log/logging_worker.h"

namespace pinlatch::proxy {
namespace {

bool IsBound(const snapshot::Limits& limits) {
  return limits.connections_per_address > 0 || limits.handshakes_per_address > 0;
}

}  // namespace

bool AddressGuard::Admit(const snapshot::Listener& listener, const AddressOctets& address,
                         AddressLease& lease) {
  if (!IsBound(listener.limits)) return true;
  AddressLimits* limits = LimitsOf(listener.name);
  if (limits == nullptr) return true;
  switch (limits->Admit(address, listener.limits, worker_.loop.now(), lease)) {
    case AddressLimits::Verdict::kAdmitted:
      return true;
    case AddressLimits::Verdict::kTooManyConnections:
      return Refuse(listener.name, ErrorCode::kTooManyConnections, address);
    case AddressLimits::Verdict::kTooManyHandshakes:
      return Refuse(listener.name, ErrorCode::kTooManyHandshakes, address);
  }
  return false;
}

AddressLimits* AddressGuard::LimitsOf(const std::string& listener) const {
  const auto found = std::find_if(limits_.begin(), limits_.end(),
                                  [&](const auto& each) { return each.listener == listener; });
  return found == limits_.end() ? nullptr : found->limits.get();
}

bool AddressGuard::Refuse(const std::string& listener, ErrorCode code,
                          const AddressOctets& address) {
  worker_.counters.connections_refused.Add();
  worker_.limit_log.Note(listener, code, address);
  return false;
}

}  // namespace pinlatch::proxy
