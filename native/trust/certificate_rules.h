// Owns the rules that hold for one certificate by itself, wherever it stands in a path (RFC 5280
// sections 4.1, 4.2 and 6.1). Pure.
#pragma once

#include <optional>

#include "base/clock_reading.h"
#include "trust/verifier.h"
#include "trust/verify_rule.h"
#include "x509/certificate.h"

namespace pinlatch::tls {

// CheckCertificate holds what every certificate of a path must: validity by the clock, no critical
// extension that is not processed, a key that is strong enough.
Check CheckCertificate(const Certificate& certificate, const ClockReading& clock,
                       uint32_t min_rsa_bits);

// CheckAuthority holds what a certificate that issues others must: a subject, basicConstraints,
// keyCertSign, and, where a purpose is asked for, an extendedKeyUsage that does not rule it out.
// `is_anchor` admits a self-issued anchor of X.509 version 1, which could not say that it is a CA;
// putting it into the bundle does (RFC 5280 section 6.1.4 (k)).
Check CheckAuthority(const Certificate& certificate, std::optional<Purpose> purpose,
                     bool is_anchor);

// CheckEndEntity holds what the leaf must: names, extendedKeyUsage and keyUsage for the purpose.
Check CheckEndEntity(const Certificate& certificate, Purpose purpose);

// TimeText returns "2026-11-22T00:12:13Z".
std::string TimeText(UnixSeconds time);

}  // namespace pinlatch::tls
