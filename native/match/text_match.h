// Owns the comparison of one text of a certificate with one match, by the rules of its field. Pure.
#pragma once

#include <string_view>

#include "snapshot/condition.h"

namespace pinlatch::policy {

// MatchesText compares exactly or by pattern. DNS names: whatever the case, labels are what "*"
// stays within, and what is no well-formed DNS name equals nothing. Mail addresses: the local part
// as it stands, the host as a DNS name (RFC 5280 section 7.5). URIs: as they stand, patterns part
// by part (uri_pattern.h), and what is no URI (RFC 3986) equals nothing. Whole names: as their RDNs
// (identity/equal_names.h). All else: as it stands.
bool MatchesText(snapshot::IdentityField field, const snapshot::Match& match,
                 std::string_view value);

}  // namespace pinlatch::policy
