// Owns certificate policies (RFC 5280 section 6.1, RFC 9618) for users who accept any policy: a
// path fails only where a CA of it demands an explicit policy and none is valid all the way down.
// And which policies a path leaves valid, for those who ask for one. Pure.
#pragma once

#include <string>
#include <vector>

#include "trust/verify_context.h"
#include "trust/verify_rule.h"

namespace pinlatch::tls {

// CheckPolicies holds when the path (anchor first) has a policy that is valid in every certificate,
// or no certificate of it demands one. The work grows with the size of the certificates, not with
// the paths through their policies.
Check CheckPolicies(const Path& path);

// ValidPolicies returns, as dotted numbers, the policies that the path (anchor first) leaves valid
// for its last certificate: what RFC 5280 section 6.1.5 (g) intersects with the policies that a
// user asks for. A policy that was mapped goes by the name that the authority at the top knows it
// by, and anyPolicy is one policy among others. What `openssl verify -policy ... -explicit_policy`
// accepts is this, and any policy at all where anyPolicy is one of them.
//
// An anchor is no part of a path there. Here it counts as one of the intermediates where it lists
// policies itself (as RFC 5937 has it), or where `is_issued_anchor` says that the bundle has its
// issuer too: it could be reached from there. A path of one certificate, an anchor that is the
// client's own, has what that asserts.
std::vector<std::string> ValidPolicies(const Path& path, bool is_issued_anchor);

}  // namespace pinlatch::tls
