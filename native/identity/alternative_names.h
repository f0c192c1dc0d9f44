// Owns the reading of subjectAltName (RFC 5280 section 4.2.1.6). Internal to identity/.
#pragma once

#include <mbedtls/x509_crt.h>

#include "identity/peer_identity.h"

namespace pinlatch::identity {

// ReadAlternativeNames fills the san_ fields of `identity`, in the order of the certificate, and
// other_mailboxes. Other kinds of names are left out. DNS names, URIs and mail addresses are ASCII;
// an octet that is not printable ASCII is written \XX, as is the backslash, so that a value is
// never cut short, never breaks a line and never equals a name that was written without such
// octets.
void ReadAlternativeNames(const mbedtls_x509_crt& certificate, PeerIdentity& identity);

}  // namespace pinlatch::identity
