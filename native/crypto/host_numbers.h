// Owns the passage of numbers between mbedTLS and libcrypto, as bytes of a fixed width. Internal to
// crypto/.
#pragma once

#include <mbedtls/bignum.h>

#include "crypto/host.h"

namespace pinlatch::crypto {

constexpr size_t kMaxNumber = 1024;  // bytes: RSA keys up to 8192 bits

// ToHost copies a number. nullptr: out of memory or longer than `width` bytes. The bytes on the way
// are wiped, and libcrypto is told to treat the number as secret.
NumberPtr ToHost(const mbedtls_mpi& number, size_t width);
// FromHost copies back. Returns 0 or an mbedTLS error.
int FromHost(const Number& number, size_t width, mbedtls_mpi& into);

}  // namespace pinlatch::crypto
