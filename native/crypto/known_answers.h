// Owns the test that the host's functions compute what they should, before anything relies on them.
// Internal to crypto/.
#pragma once

#include "base/result.h"

namespace pinlatch::crypto {

// CheckKnownAnswers asks every hook for results that are known (RFC 6979, 7748, FIPS 180-4, the
// test cases of the GCM specification), also for refusals: a tag and signatures that are wrong. The
// error's detail names the function. Takes a few milliseconds.
Status CheckKnownAnswers();

}  // namespace pinlatch::crypto
