// Owns the seam through which mbedTLS's arithmetic can be done by another library: a table of
// functions that patches/mbedtls/2x ask first. native/crypto fills it; without it mbedTLS computes
// everything itself. C, because mbedTLS includes it. No type of either library's inside is needed.
#ifndef PINLATCH_THIRD_PARTY_MBEDTLS_HOOKS_H_
#define PINLATCH_THIRD_PARTY_MBEDTLS_HOOKS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mbedtls_ecp_group;
struct mbedtls_ecp_point;
struct mbedtls_mpi;
struct mbedtls_rsa_context;

// PINLATCH_HOOK_DECLINED says that the other library does not do this one: mbedTLS goes on itself.
// No mbedTLS error has this value.
#define PINLATCH_HOOK_DECLINED 1

// Every function is called from any thread. Where nothing else is said it returns 0, an mbedTLS
// error, or PINLATCH_HOOK_DECLINED.
struct pinlatch_hook_table {
  // aead_new makes the state of one direction of one connection for an mbedtls_cipher_type_t, keyed
  // once; NULL: not this cipher, or no memory. aead_free wipes it.
  void* (*aead_new)(int cipher_type, const uint8_t* key, size_t key_size, int encrypt);
  void (*aead_free)(void* state);
  // aead_seal writes `size` bytes and then the tag of 16; `input` and `output` may be the same.
  int (*aead_seal)(void* state, const uint8_t* nonce, size_t nonce_size, const uint8_t* extra,
                   size_t extra_size, const uint8_t* input, size_t size, uint8_t* output);
  // aead_open reads `size` bytes and then the tag; MBEDTLS_ERR_CIPHER_AUTH_FAILED when it is wrong,
  // and `output` holds nothing then.
  int (*aead_open)(void* state, const uint8_t* nonce, size_t nonce_size, const uint8_t* extra,
                   size_t extra_size, const uint8_t* input, size_t size, uint8_t* output);

  // Whole blocks (64, 64 and 128 bytes) into the chaining values of FIPS 180-4. Cannot fail.
  void (*sha1_blocks)(uint32_t state[5], const uint8_t* data, size_t blocks);
  void (*sha256_blocks)(uint32_t state[8], const uint8_t* data, size_t blocks);
  void (*sha512_blocks)(uint64_t state[8], const uint8_t* data, size_t blocks);

  // R = m * P.
  int (*ecp_multiply)(const struct mbedtls_ecp_group* group, struct mbedtls_ecp_point* r,
                      const struct mbedtls_mpi* m, const struct mbedtls_ecp_point* p);
  int (*ecdsa_verify)(const struct mbedtls_ecp_group* group, const uint8_t* hash, size_t hash_size,
                      const struct mbedtls_ecp_point* q, const struct mbedtls_mpi* r,
                      const struct mbedtls_mpi* s);
  // output = input ^ E mod N, both as long as N.
  int (*rsa_public)(const struct mbedtls_rsa_context* key, const uint8_t* input, uint8_t* output);
};

// NULL: portable. Set once, before the first thread that uses mbedTLS.
extern const struct pinlatch_hook_table* pinlatch_mbedtls_hooks;

#ifdef __cplusplus
}
#endif

#endif  // PINLATCH_THIRD_PARTY_MBEDTLS_HOOKS_H_
