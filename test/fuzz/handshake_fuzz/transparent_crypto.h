// Owns the cryptography of the handshake fuzzer: it hides nothing and repeats itself. Records are
// protected by a cipher that leaves them as they are, so that what is edited in flight is what the
// other side reads; a signature is the hash that it is made of, which costs nothing and still
// covers all that was said; randomness is the same for every input.
#pragma once

struct mbedtls_pk_context;

namespace pinlatch::fuzz {

// UseTransparentCrypto sets mbedTLS's hooks, once. Certificates that were really signed still
// verify.
void UseTransparentCrypto();

// SignTransparently makes `key` sign so.
void SignTransparently(mbedtls_pk_context& key);

// BeginAnew makes randomness and mbedTLS's key store what they are at the start.
void BeginAnew();

// HeldKeys is how many keys mbedTLS's key store holds.
int HeldKeys();

}  // namespace pinlatch::fuzz
