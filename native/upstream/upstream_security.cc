// See upstream_security.h.
#include "upstream/upstream_security.h"

#include <algorithm>
#include <limits>

#include "base/encoding.h"
#include "policy/pin_match.h"

namespace pinlatch::proxy {

Result<UnixSeconds> UpstreamSecurity::Admits(const identity::PeerIdentity& certificate,
                                             UnixSeconds now) const {
  const ClockReading clock(now, context_->clock_floor());
  UnixSeconds until = std::numeric_limits<UnixSeconds>::max();
  // What a clock that is wrong lets pass is judged again by one that may be right.
  if (clock.IsBelowFloor()) until = clock.floor() - 1;
  uint32_t hit = pins_.empty() ? 1 : 0;
  for (const snapshot::Pin& pin : pins_) {
    hit |= policy::FitsPin(pin, certificate) & pin.period.Mask(clock);
    if (pin.period.from > now) until = std::min(until, pin.period.from - 1);
    if (pin.period.until > now) until = std::min(until, pin.period.until - 1);
  }
  if (hit != 0) return until;
  return Error(ErrorCode::kUpstreamNotPinned, "the certificate " + certificate.subject +
                                                  " (sha256:" + HexEncode(certificate.sha256) +
                                                  ") matches none of the pins");
}

}  // namespace pinlatch::proxy
