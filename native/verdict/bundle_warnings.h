// Owns the warnings about a trust bundle that loads and yet keeps somebody out, or holds what
// counts for nobody. They change nothing: what they tell of is refused when somebody presents it.
#pragma once

#include <string>
#include <vector>

#include "base/clock_reading.h"
#include "base/error.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

// BundleWarnings are, at this time: certificates that were left out (kAnchorUnusable) or are not
// valid (kAuthorityNotValid), authorities whose list lacks (kAuthorityUnlisted), lists that cannot
// be used (kListUnusable) or are nobody's (kListForeign), lists that served before and are not
// there any more (kListGone), files without any (kListsMissing), and lists that the clock's floor
// leaves out (kClockEvidenceLeftOut). `at` is the place of the bundle.
std::vector<Error> BundleWarnings(const TrustBundle& bundle, const ClockReading& clock,
                                  const std::string& at);

}  // namespace pinlatch::tls
