// See transparent_crypto.h. The program is linked with --wrap=getrandom and --wrap=syscall.
#include "handshake_fuzz/transparent_crypto.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <psa/crypto.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "third_party/mbedtls_hooks.h"

namespace {

constexpr uint64_t kSeed = 0x9E3779B97F4A7C15;
uint64_t random_state = kSeed;

// xorshift64*, low byte by low byte.
void FillRepeatably(void* into, size_t size) {
  auto* bytes = static_cast<uint8_t*>(into);
  for (size_t i = 0; i < size; ++i) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    bytes[i] = static_cast<uint8_t>((random_state * 0x2545F4914F6CDD1D) >> 56);
  }
}

}  // namespace

extern "C" {

ssize_t __wrap_getrandom(void* into, size_t size, unsigned /*flags*/);
ssize_t __wrap_getrandom(void* into, size_t size, unsigned /*flags*/) {
  FillRepeatably(into, size);
  return static_cast<ssize_t>(size);
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
  if (number != SYS_getrandom) return __real_syscall(number, a, b, c, d, e, f);
  FillRepeatably(reinterpret_cast<void*>(a), static_cast<size_t>(b));
  return b;
}

}  // extern "C"

namespace pinlatch::fuzz {
namespace {

constexpr size_t kTag = 16;
constexpr size_t kSigned = 16;  // bytes of the hash
int aead_state;                 // its address says that there is one

void* NewAead(int, const uint8_t*, size_t, int) { return &aead_state; }
void FreeAead(void*) {}

int Seal(void*, const uint8_t*, size_t, const uint8_t*, size_t, const uint8_t* input, size_t size,
         uint8_t* output) {
  std::memmove(output, input, size);
  std::fill_n(output + size, kTag, uint8_t{0xEE});
  return 0;
}

int Open(void*, const uint8_t*, size_t, const uint8_t*, size_t, const uint8_t* input, size_t size,
         uint8_t* output) {
  std::memmove(output, input, size);
  return 0;
}

void HashSha1(uint32_t state[5], const uint8_t* data, size_t blocks) {
  mbedtls_sha1_context context;
  mbedtls_sha1_init(&context);
  std::copy_n(state, 5, context.state);
  for (; blocks > 0; --blocks, data += 64) mbedtls_internal_sha1_process(&context, data);
  std::copy_n(context.state, 5, state);
}

void HashSha256(uint32_t state[8], const uint8_t* data, size_t blocks) {
  mbedtls_sha256_context context;
  mbedtls_sha256_init(&context);
  std::copy_n(state, 8, context.state);
  for (; blocks > 0; --blocks, data += 64) mbedtls_internal_sha256_process(&context, data);
  std::copy_n(context.state, 8, state);
}

void HashSha512(uint64_t state[8], const uint8_t* data, size_t blocks) {
  mbedtls_sha512_context context;
  mbedtls_sha512_init(&context);
  std::copy_n(state, 8, context.state);
  for (; blocks > 0; --blocks, data += 128) mbedtls_internal_sha512_process(&context, data);
  std::copy_n(context.state, 8, state);
}

// On X25519 a product of numbers stands for that of points: both sides come to the same.
int Multiply(const mbedtls_ecp_group* group, mbedtls_ecp_point* r, const mbedtls_mpi* m,
             const mbedtls_ecp_point* p) {
  if (group->id != MBEDTLS_ECP_DP_CURVE25519) return PINLATCH_HOOK_DECLINED;
  int failed = mbedtls_mpi_mul_mpi(&r->X, m, &p->X);
  if (failed == 0) failed = mbedtls_mpi_mod_mpi(&r->X, &r->X, &group->P);
  if (failed == 0) failed = mbedtls_mpi_lset(&r->Z, 1);
  mbedtls_mpi_free(&r->Y);
  return failed;
}

// A signature is (1 and the beginning of the hash, 1).
int VerifyEcdsa(const mbedtls_ecp_group*, const uint8_t* hash, size_t size,
                const mbedtls_ecp_point*, const mbedtls_mpi* r, const mbedtls_mpi* s) {
  std::array<uint8_t, 1 + kSigned> wanted = {1};
  std::copy_n(hash, std::min(size, kSigned), wanted.begin() + 1);
  std::array<uint8_t, 1 + kSigned> got{};
  const bool fits = mbedtls_mpi_cmp_int(s, 1) == 0 &&
                    mbedtls_mpi_write_binary(r, got.data(), got.size()) == 0 && got == wanted;
  return fits ? 0 : PINLATCH_HOOK_DECLINED;
}

int RaiseNothing(const mbedtls_rsa_context*, const uint8_t*, uint8_t*) {
  return PINLATCH_HOOK_DECLINED;
}

int Sign(const void*, mbedtls_pk_type_t, mbedtls_md_type_t, const unsigned char* hash,
         size_t hash_size, unsigned char* signature, size_t room, size_t* size) {
  constexpr std::array<uint8_t, 5> kHead = {0x30, 1 + kSigned + 5, 0x02, 1 + kSigned, 1};
  constexpr std::array<uint8_t, 3> kOne = {0x02, 1, 1};
  *size = kHead.size() + kSigned + kOne.size();
  if (room < *size || hash_size < kSigned) return MBEDTLS_ERR_PK_BAD_INPUT_DATA;
  uint8_t* at = std::copy(kHead.begin(), kHead.end(), signature);
  at = std::copy_n(hash, kSigned, at);
  std::copy(kOne.begin(), kOne.end(), at);
  return 0;
}

constexpr pinlatch_hook_table kHooks = {
    .aead_new = NewAead,
    .aead_free = FreeAead,
    .aead_seal = Seal,
    .aead_open = Open,
    .sha1_blocks = HashSha1,
    .sha256_blocks = HashSha256,
    .sha512_blocks = HashSha512,
    .ecp_multiply = Multiply,
    .ecdsa_verify = VerifyEcdsa,
    .rsa_public = RaiseNothing,
};

}  // namespace

void UseTransparentCrypto() { pinlatch_mbedtls_hooks = &kHooks; }

void SignTransparently(mbedtls_pk_context& key) { key.sign_elsewhere = Sign; }

void BeginAnew() {
  mbedtls_psa_crypto_free();
  random_state = kSeed;
  if (psa_crypto_init() != PSA_SUCCESS) std::abort();
}

int HeldKeys() {
  mbedtls_psa_stats_t stats;
  mbedtls_psa_get_stats(&stats);
  return static_cast<int>(stats.volatile_slots);
}

}  // namespace pinlatch::fuzz
