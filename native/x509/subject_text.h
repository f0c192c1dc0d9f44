// Owns the text of certificates' subjects for the operator, also of certificates that cannot be
// used. Pure.
#pragma once

#include <string>

#include "x509/certificate.h"

namespace pinlatch::tls {

// SubjectText returns the RFC 4514 text of the subject, or "serial 0A1B" where there is none.
std::string SubjectText(const Certificate& certificate);

// SubjectOf views the DER Name of the subject of a DER certificate, read no further than that.
// Nothing when there is no such place.
std::optional<ByteSpan> SubjectOf(ByteSpan der);
// SubjectTextOf is SubjectText of a DER certificate of which nothing else need be sound; empty when
// it has no subject that can be found.
std::string SubjectTextOf(ByteSpan der);

}  // namespace pinlatch::tls
