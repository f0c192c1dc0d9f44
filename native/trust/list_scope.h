// Owns small questions about lists that the revocation check asks of the bundle.
// Pure.
#pragma once

#include <vector>

#include "trust/verify_context.h"

namespace pinlatch::tls {

// UsableUntil returns the last second at which the list still counts under the bundle's settings:
// nextUpdate, that plus the grace, or the end of time. A list without nextUpdate, which RFC 5280
// section 5.1.2.5 demands, counts only with WhenStale::kAccept.
UnixSeconds UsableUntil(const RevocationList& list, const snapshot::Revocation& settings);

// CheckSound holds when a list that is authentic says what it says, by the bundle's settings and
// the clock: read whole, signed with a strong algorithm, numbered, begun. The failure names no
// certificate.
Check CheckSound(const RevocationList& list, const snapshot::Revocation& settings,
                 const ClockReading& clock);

// CheckUsable is CheckSound, and that the list is not overdue.
Check CheckUsable(const RevocationList& list, const snapshot::Revocation& settings,
                  const ClockReading& clock);

// SignerCandidates returns the certificates that bear the name of the list's issuer: first those
// above place `index` in `path`, then what was presented, then the bundle; those whose key
// identifier the list names before the others.
std::vector<const Certificate*> SignerCandidates(const VerifyContext& context, const Path& path,
                                                 size_t index, const RevocationList& list);

// MaySignLists says whether a certificate's key may sign revocation lists (RFC 5280 section 6.3.3
// (f)).
bool MaySignLists(const Certificate& certificate);

}  // namespace pinlatch::tls
