// Owns the question whether the names of a certificate satisfy the name constraints of all CAs
// above it (RFC 5280 section 6.1.3 (b) and (c)). Pure.
#pragma once

#include "trust/verify_context.h"
#include "trust/verify_rule.h"

namespace pinlatch::tls {

// CheckNames holds every name of `certificate` (subject, subjectAltName with the mailboxes of its
// otherNames, the subject's e-mail addresses, and where the subjectAltName has no dNSName what
// looks like a host name in the common names) against the constraints of every certificate of
// `above`, the anchor included. Self-issued certificates are exempt unless they are the target.
// `comparisons` is counted down.
Check CheckNames(const Certificate& certificate, bool is_target, const Path& above,
                 uint32_t& comparisons);

}  // namespace pinlatch::tls
