// Owns the writing of DER elements (X.690 section 10.1). Pure; der/der_reader.h is its other half.
#pragma once

#include <initializer_list>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::tls {

// Element returns one element of this tag whose content is `parts`, one behind the other.
std::vector<uint8_t> Element(uint8_t tag, std::initializer_list<ByteSpan> parts);

// UnsignedInteger returns an INTEGER from its big-endian bytes, which may begin with zeros.
std::vector<uint8_t> UnsignedInteger(ByteSpan magnitude);

}  // namespace pinlatch::tls
