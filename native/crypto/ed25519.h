// Owns the checking of Ed25519 signatures (RFC 8032). The host's libcrypto does it; mbedTLS cannot.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace pinlatch::crypto {

inline constexpr size_t kEd25519KeySize = 32;
inline constexpr size_t kEd25519SignatureSize = 64;

// ChecksEd25519 says whether this process can check such signatures: its provider is the host, or,
// while nothing has been chosen, as in a command that only judges, it would be (MayUseHost). Any
// thread.
bool ChecksEd25519();

// VerifyEd25519 says whether `signature` over `message` was made with the private half of `key`
// (RFC 8032 section 5.1.7, with S below the order). False as well where ChecksEd25519 is, and for a
// key or signature of another size. Any thread.
bool VerifyEd25519(ByteSpan key, ByteSpan message, ByteSpan signature);

}  // namespace pinlatch::crypto
