// Owns the question whether anybody at all can be accepted by a trust bundle. It asks the code that
// judges, and changes nothing.
#pragma once

#include "base/clock_reading.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

// AdmitsNobody says that no certificate whatsoever can be accepted by the bundle at this time: none
// of its authorities is valid and can be shown to have revoked nobody. False where that depends on
// the certificate, or on intermediates that it comes with.
bool AdmitsNobody(const TrustBundle& bundle, const ClockReading& clock);

}  // namespace pinlatch::tls
