// Owns the table from error codes to TLS alerts, and the names of alerts. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "snapshot/model.h"

namespace pinlatch::tls {

// AlertFor returns the description (RFC 8446 section 6, RFC 5246 section 7.2) of the fatal alert
// that tells a client of `code`. The two versions differ in one: a missing certificate.
uint8_t AlertFor(ErrorCode code, snapshot::TlsVersion version);

// AlertName returns the name of RFC 8446 section 6, "unknown" for a number without one.
std::string_view AlertName(int description);

// AlertText is what an operator is told of an alert: its name and number.
std::string AlertText(int description);

}  // namespace pinlatch::tls
