// Owns nothing: declares the parts of the host provider to one another. Internal to crypto/.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "crypto/host_library.h"
#include "third_party/mbedtls_hooks.h"

namespace pinlatch::crypto {

// host is libcrypto, once PrepareHost has succeeded. Written before the first worker starts.
extern HostLibrary host;

// HostFree<function> makes a unique_ptr for what libcrypto allocates.
template <auto HostLibrary::*Function>
struct HostFree {
  template <typename T>
  void operator()(T* object) const {
    (host.*Function)(object);
  }
};

using NumberPtr = std::unique_ptr<Number, HostFree<&HostLibrary::BN_clear_free>>;
using NumberContextPtr = std::unique_ptr<NumberContext, HostFree<&HostLibrary::BN_CTX_free>>;
using PointPtr = std::unique_ptr<Point, HostFree<&HostLibrary::EC_POINT_clear_free>>;
using EcKeyPtr = std::unique_ptr<EcKey, HostFree<&HostLibrary::EC_KEY_free>>;
using SignaturePtr = std::unique_ptr<Signature, HostFree<&HostLibrary::ECDSA_SIG_free>>;
using KeyPtr = std::unique_ptr<Key, HostFree<&HostLibrary::EVP_PKEY_free>>;
using DigestContextPtr = std::unique_ptr<DigestContext, HostFree<&HostLibrary::EVP_MD_CTX_free>>;
using KeyContextPtr = std::unique_ptr<KeyContext, HostFree<&HostLibrary::EVP_PKEY_CTX_free>>;

// PrepareHost finds libcrypto and readies the ciphers and curves. Error: what is missing.
Status PrepareHost();
// FetchCiphers and MakeGroups are its parts (host_aead.cc, host_curves.cc).
Status FetchCiphers();
Status MakeGroups();
// GroupOf is the curve of an mbedtls_ecp_group_id, nullptr where the host is not asked.
const Group* GroupOf(int group_id);

// VerifyEd25519ByHost is VerifyEd25519 (ed25519.h) for a key and a signature of the right sizes.
bool VerifyEd25519ByHost(ByteSpan key, ByteSpan message, ByteSpan signature);

// The hooks, by file. See mbedtls_hooks.h for what each does.
void* NewAead(int cipher_type, const uint8_t* key, size_t key_size, int encrypt);
void FreeAead(void* state);
int SealAead(void* state, const uint8_t* nonce, size_t nonce_size, const uint8_t* extra,
             size_t extra_size, const uint8_t* input, size_t size, uint8_t* output);
int OpenAead(void* state, const uint8_t* nonce, size_t nonce_size, const uint8_t* extra,
             size_t extra_size, const uint8_t* input, size_t size, uint8_t* output);
void HashSha1Blocks(uint32_t state[5], const uint8_t* data, size_t blocks);
void HashSha256Blocks(uint32_t state[8], const uint8_t* data, size_t blocks);
void HashSha512Blocks(uint64_t state[8], const uint8_t* data, size_t blocks);
int MultiplyPoint(const mbedtls_ecp_group* group, mbedtls_ecp_point* r, const mbedtls_mpi* m,
                  const mbedtls_ecp_point* p);
int VerifyEcdsa(const mbedtls_ecp_group* group, const uint8_t* hash, size_t hash_size,
                const mbedtls_ecp_point* q, const mbedtls_mpi* r, const mbedtls_mpi* s);
int RaiseToRsaExponent(const mbedtls_rsa_context* key, const uint8_t* input, uint8_t* output);

}  // namespace pinlatch::crypto
