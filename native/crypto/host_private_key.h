// Owns the passage of a private key from mbedTLS to libcrypto: number by number, so that no
// encoding of it is left behind. Internal to crypto/.
#pragma once

#include "crypto/host.h"

struct mbedtls_pk_context;

namespace pinlatch::crypto {

// ToHostKey makes libcrypto's form of an EC or RSA key. nullptr: libcrypto does not take it.
KeyPtr ToHostKey(const mbedtls_pk_context& key);

// ForgetPrivateHalf wipes the private numbers of `key` and leaves what mbedTLS asks a key about
// that signs elsewhere: its kind, its size, its public half.
void ForgetPrivateHalf(mbedtls_pk_context& key);

}  // namespace pinlatch::crypto
