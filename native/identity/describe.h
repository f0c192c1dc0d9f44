// Owns the way from certificate bytes to values: peer identities and fingerprints. Uses mbedTLS
// inside, shows none of it.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "identity/peer_identity.h"

namespace pinlatch::identity {

// Describe reads one DER certificate. Error: kBadCertificate when it cannot be parsed (unknown
// critical extensions do not matter here: describing is not accepting, and so `policies` is empty).
Result<PeerIdentity> Describe(ByteSpan der);

// DescribeStranger is Describe of a certificate that nobody vouches for, to tell of it: its key is
// not read, which would cost what its sender chooses, and so key_algorithm stays empty.
Result<PeerIdentity> DescribeStranger(ByteSpan der);

Sha256 Sha256Of(ByteSpan bytes);
Sha1 Sha1Of(ByteSpan bytes);

}  // namespace pinlatch::identity
