// See limit_log.h.
#include "log/limit_log.h"

#include <algorithm>

#include "log/logging_worker.h"
#include "log/security_log.h"
#include "proxy_protocol/address_text.h"

namespace pinlatch::proxy {
namespace {

// Between two lines: who floods the gateway must not flood its log.
constexpr Milliseconds kPause{1000};

}  // namespace

void LimitLog::Note(const std::string& listener, ErrorCode code, const AddressOctets& address) {
  auto place = std::find_if(unsaid_.begin(), unsaid_.end(), [&](const Unsaid& each) {
    return each.listener == listener && each.code == code;
  });
  if (place == unsaid_.end()) place = unsaid_.insert(unsaid_.end(), {listener, code, {}, 0});
  const std::string text = proxy_protocol::AddressText(address);
  place->addresses.Add(text, text);
  ++place->count;
  if (!pause_.armed()) Write();
}

void LimitLog::Write() {
  for (const Unsaid& unsaid : unsaid_) {
    LogLimited(worker_, unsaid.listener, unsaid.addresses, unsaid.code, unsaid.count);
  }
  unsaid_.clear();
  worker_.loop.timers().Arm(pause_, kPause);
}

void LimitLog::OnTimer(io::Timer&) {
  if (!unsaid_.empty()) Write();
}

}  // namespace pinlatch::proxy
