// Owns certificate policies (RFC 5280 section 6.1, RFC 9618) for users who accept any policy: a
// path fails only where a CA of it demands an explicit policy and none is valid all the way down.
// Pure.
#pragma once

#include "tls/verify_context.h"
#include "tls/verify_rule.h"

namespace pinlatch::tls {

// CheckPolicies holds when the path (anchor first) has a policy that is valid in every certificate,
// or no certificate of it demands one. The work grows with the size of the certificates, not with
// the paths through their policies.
Check CheckPolicies(const Path& path);

}  // namespace pinlatch::tls
