// Owns the cutting of revocation list files (PEM or DER) into DER lists. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace pinlatch::tls {

// SplitRevocationLists returns the DER of every list in a file, which is PEM ("X509 CRL", any
// number; certificates and parameters beside them are skipped) or one DER list. Error: kCrlInvalid,
// with what the file is instead, also when a private key is among the blocks: lists are kept where
// keys may not be. `path` is for the words.
Result<std::vector<std::vector<uint8_t>>> SplitRevocationLists(ByteSpan file,
                                                               std::string_view path = {});

}  // namespace pinlatch::tls
