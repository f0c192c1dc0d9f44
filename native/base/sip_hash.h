// Owns SipHash-2-4 (Aumasson and Bernstein, 2012), the keyed hash of tables whose keys are chosen
// by others. Without the key nobody can tell where a value lies. Takes the same time for every
// value of a length. Pure.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace pinlatch {

using SipKey = std::array<uint8_t, 16>;

// SipHash returns the hash of `message` under `key`. It is no digest: whoever has the key can find
// messages of the same hash.
uint64_t SipHash(const SipKey& key, ByteSpan message);

}  // namespace pinlatch
