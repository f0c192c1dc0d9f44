// See address_guard.h.
#include "proxy/address_guard.h"

#include <algorithm>

#include "proxy/security_log.h"
#include "proxy/worker_context.h"
#include "proxy_protocol/address_text.h"

namespace pinlatch::proxy {
namespace {

// Between two lines: who floods the gateway must not flood its log.
constexpr Milliseconds kPause{1000};

bool IsBound(const snapshot::Limits& limits) {
  return limits.connections_per_address > 0 || limits.handshakes_per_address > 0;
}

}  // namespace

AddressGuard::AddressGuard(WorkerContext& worker) : worker_(worker), pause_(*this) {}

bool AddressGuard::Admit(const snapshot::Listener& listener, const identity::AddressOctets& address,
                         AddressLease& lease) {
  if (!IsBound(listener.limits)) return true;
  AddressLimits* limits = LimitsOf(listener.name);
  if (limits == nullptr) return true;
  switch (limits->Admit(address, listener.limits, worker_.loop.now(), lease)) {
    case AddressLimits::Verdict::kAdmitted:
      return true;
    case AddressLimits::Verdict::kTooManyConnections:
      Note(listener.name, ErrorCode::kTooManyConnections, address);
      return false;
    case AddressLimits::Verdict::kTooManyHandshakes:
      Note(listener.name, ErrorCode::kTooManyHandshakes, address);
      return false;
  }
  return false;
}

AddressLimits* AddressGuard::LimitsOf(const std::string& listener) const {
  const auto found = std::find_if(limits_.begin(), limits_.end(),
                                  [&](const auto& each) { return each.listener == listener; });
  return found == limits_.end() ? nullptr : found->limits.get();
}

void AddressGuard::Note(const std::string& listener, ErrorCode code,
                        const identity::AddressOctets& address) {
  worker_.counters.connections_refused.Add();
  auto place = std::find_if(refused_.begin(), refused_.end(), [&](const Refused& each) {
    return each.listener == listener && each.code == code;
  });
  if (place == refused_.end()) place = refused_.insert(refused_.end(), {listener, code, {}, 0});
  place->address = proxy_protocol::AddressText(address);
  ++place->count;
  if (!pause_.armed()) Write();
}

void AddressGuard::Write() {
  for (const Refused& refused : refused_) {
    LogRefusedAddress(worker_, refused.listener, refused.address, refused.code, refused.count);
  }
  refused_.clear();
  worker_.loop.timers().Arm(pause_, kPause);
}

void AddressGuard::OnTimer(io::Timer&) {
  if (!refused_.empty()) Write();
}

}  // namespace pinlatch::proxy
