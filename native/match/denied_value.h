// Owns the question whether a value of a certificate may be what a condition denies, however it is
// spelled. Pure. What admits never asks here (match/text_match.h).
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "snapshot/condition.h"

namespace pinlatch::policy {

// IsDenied says whether a value counts as `match` against the client: what is malformed, because
// nobody can say how others read it, what is equal in another spelling, and a wildcard that reaches
// what is denied. It adds to MatchesText: what that says yes to need not be found here.
bool IsDenied(snapshot::IdentityField field, const snapshot::Match& match, std::string_view value);

// IsDeniedAddress is the same of an address and a network: an IPv4 address within IPv6
// (::ffff:0:0/96) is that IPv4 address.
bool IsDeniedAddress(const snapshot::Match& match, ByteSpan address);

}  // namespace pinlatch::policy
