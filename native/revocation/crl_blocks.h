// Owns the cutting of revocation list files (PEM or DER) into DER lists. Pure.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace pinlatch::tls {

// SplitRevocationLists returns the DER of every list in `text`, which is PEM ("X509 CRL", any
// number, other blocks are skipped) or one DER list. Error: kCrlInvalid, also when there is none,
// or when a private key is among the blocks: lists are kept where keys may not be.
Result<std::vector<std::vector<uint8_t>>> SplitRevocationLists(ByteSpan text);

}  // namespace pinlatch::tls
