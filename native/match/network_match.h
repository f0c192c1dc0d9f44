// Owns the question whether an address lies in a network. Pure.
#pragma once

#include <span>

#include "base/bytes.h"
#include "snapshot/front.h"

namespace pinlatch::policy {

// IsWithin compares the first `bits` bits. Addresses of two families never match.
bool IsWithin(ByteSpan network, size_t bits, ByteSpan address);

// IsWithinAny says whether one of `networks` holds the address; none holds an empty one.
bool IsWithinAny(std::span<const snapshot::Network> networks, ByteSpan address);

}  // namespace pinlatch::policy
