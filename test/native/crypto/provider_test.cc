// Covers the choice of the crypto provider, and that both compute the same.
#include "crypto/provider.h"

#include <mbedtls/cipher.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include <array>
#include <cstring>
#include <vector>

#include "crypto/signing_key.h"
#include "doctest/doctest.h"
#include "provider.h"
#include "third_party/mbedtls_hooks.h"

namespace pinlatch::crypto {
namespace {

// Deterministic, so that both providers are given the same.
int Counting(void* state, unsigned char* into, size_t size) {
  auto& next = *static_cast<unsigned char*>(state);
  for (size_t i = 0; i < size; ++i) into[i] = ++next;
  return 0;
}

// Portable hides the host from mbedTLS while it lives.
class Portable {
 public:
  Portable() { pinlatch_mbedtls_hooks = nullptr; }
  ~Portable() { pinlatch_mbedtls_hooks = hooks_; }
  Portable(const Portable&) = delete;
  Portable& operator=(const Portable&) = delete;

 private:
  const pinlatch_hook_table* hooks_ = pinlatch_mbedtls_hooks;
};

TEST_CASE("the choice is the one that was asked for, and it stays") {
  const bool host = test::TestProvider() == "host";
  CHECK(UsesHost() == host);
  CHECK(CurrentProvider().name == (host ? "host" : "portable"));
  CHECK(CurrentProvider().library.find(host ? "OpenSSL 3." : "Mbed TLS 3.") == 0);
  CHECK_FALSE(CurrentProvider().reason.empty());
  CHECK(CurrentProvider().is_fallback == (test::TestProvider() == "auto"));
  CHECK(ChooseProvider(snapshot::CryptoProvider::kAuto).ok());
  const Status same =
      ChooseProvider(host ? snapshot::CryptoProvider::kHost : snapshot::CryptoProvider::kPortable);
  CHECK(same.ok());
  const Status other =
      ChooseProvider(host ? snapshot::CryptoProvider::kPortable : snapshot::CryptoProvider::kHost);
  REQUIRE_FALSE(other.ok());
  CHECK(other.error().code == ErrorCode::kProviderFixed);
  CHECK(other.error().at == "/crypto/provider");
}

std::vector<uint8_t> Sha256InPieces(const std::vector<uint8_t>& message, size_t piece) {
  mbedtls_sha256_context context;
  mbedtls_sha256_init(&context);
  std::vector<uint8_t> digest(32);
  REQUIRE(mbedtls_sha256_starts(&context, 0) == 0);
  for (size_t at = 0; at < message.size(); at += piece) {
    REQUIRE(mbedtls_sha256_update(&context, message.data() + at,
                                  std::min(piece, message.size() - at)) == 0);
  }
  REQUIRE(mbedtls_sha256_finish(&context, digest.data()) == 0);
  mbedtls_sha256_free(&context);
  return digest;
}

TEST_CASE("hashes of any length, in any pieces, are those of portable code") {
  std::vector<uint8_t> message(1000);
  for (size_t i = 0; i < message.size(); ++i) message[i] = static_cast<uint8_t>(i * 7);
  for (size_t length : {size_t{0}, size_t{1}, size_t{55}, size_t{64}, size_t{129}, size_t{1000}}) {
    const std::vector<uint8_t> part(message.begin(), message.begin() + static_cast<long>(length));
    std::array<uint8_t, 20> portable1{};
    std::array<uint8_t, 64> portable512{};
    std::vector<uint8_t> portable256;
    {
      const Portable portable;
      portable256 = Sha256InPieces(part, 1000);
      REQUIRE(mbedtls_sha1(part.data(), part.size(), portable1.data()) == 0);
      REQUIRE(mbedtls_sha512(part.data(), part.size(), portable512.data(), 0) == 0);
    }
    for (size_t piece : {size_t{1}, size_t{63}, size_t{64}, size_t{200}}) {
      CHECK(Sha256InPieces(part, piece) == portable256);
    }
    std::array<uint8_t, 20> digest1{};
    REQUIRE(mbedtls_sha1(part.data(), part.size(), digest1.data()) == 0);
    CHECK(digest1 == portable1);
    std::array<uint8_t, 64> digest{};
    REQUIRE(mbedtls_sha512(part.data(), part.size(), digest.data(), 0) == 0);
    CHECK(digest == portable512);
  }
}

struct Cipher {
  Cipher(mbedtls_cipher_type_t type, const std::vector<uint8_t>& key, mbedtls_operation_t way) {
    mbedtls_cipher_init(&context);
    const mbedtls_cipher_info_t* info = mbedtls_cipher_info_from_type(type);
    REQUIRE(mbedtls_cipher_setup(&context, info) == 0);
    REQUIRE(mbedtls_cipher_setkey(&context, key.data(), static_cast<int>(key.size() * 8), way) ==
            0);
  }
  ~Cipher() { mbedtls_cipher_free(&context); }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  mbedtls_cipher_context_t context;
};

TEST_CASE("a record that one provider seals the other opens, and none opens an altered one") {
  const std::array<uint8_t, 12> nonce = {1, 2, 3};
  const std::array<uint8_t, 5> extra = {23, 3, 3, 0, 9};
  for (const auto& [type, size] : {std::pair{MBEDTLS_CIPHER_AES_128_GCM, size_t{16}},
                                   std::pair{MBEDTLS_CIPHER_AES_256_GCM, size_t{32}},
                                   std::pair{MBEDTLS_CIPHER_CHACHA20_POLY1305, size_t{32}}}) {
    const std::vector<uint8_t> key(size, 0x42);
    for (size_t length : {size_t{0}, size_t{1}, size_t{100}, size_t{16384}}) {
      const std::vector<uint8_t> plain(length, 0x17);
      std::vector<uint8_t> sealed(length + 16);
      std::vector<uint8_t> opened(length + 1);
      size_t written = 0;
      {
        Cipher seal(type, key, MBEDTLS_ENCRYPT);
        REQUIRE(mbedtls_cipher_auth_encrypt_ext(&seal.context, nonce.data(), 12, extra.data(), 5,
                                                plain.data(), length, sealed.data(), sealed.size(),
                                                &written, 16) == 0);
        CHECK(written == sealed.size());
      }
      const Portable portable;
      Cipher open(type, key, MBEDTLS_DECRYPT);
      REQUIRE(mbedtls_cipher_auth_decrypt_ext(&open.context, nonce.data(), 12, extra.data(), 5,
                                              sealed.data(), sealed.size(), opened.data(), length,
                                              &written, 16) == 0);
      opened.resize(length);
      CHECK(written == length);
      CHECK(opened == plain);
    }
    Cipher open(type, key, MBEDTLS_DECRYPT);
    std::vector<uint8_t> forged(20, 0x55);
    size_t written = 0;
    CHECK(mbedtls_cipher_auth_decrypt_ext(&open.context, nonce.data(), 12, extra.data(), 5,
                                          forged.data(), forged.size(), forged.data(), 4, &written,
                                          16) == MBEDTLS_ERR_CIPHER_AUTH_FAILED);
  }
}

TEST_CASE("a cipher context can be keyed again") {
  const std::vector<uint8_t> key(16, 1);
  Cipher cipher(MBEDTLS_CIPHER_AES_128_GCM, key, MBEDTLS_ENCRYPT);
  const std::vector<uint8_t> next(16, 2);
  REQUIRE(mbedtls_cipher_setkey(&cipher.context, next.data(), 128, MBEDTLS_ENCRYPT) == 0);
  std::array<uint8_t, 12> nonce{};
  std::array<uint8_t, 20> out{};
  size_t written = 0;
  CHECK(mbedtls_cipher_auth_encrypt_ext(&cipher.context, nonce.data(), 12, nullptr, 0, nonce.data(),
                                        4, out.data(), 20, &written, 16) == 0);
}

// Both sides of an exchange: one by the provider under test, one by portable code.
void ExchangeKeys(mbedtls_ecp_group_id id) {
  mbedtls_ecp_group group;
  mbedtls_ecp_point own, theirs;
  mbedtls_mpi own_secret, their_secret, a, b;
  mbedtls_ecp_group_init(&group);
  mbedtls_ecp_point_init(&own);
  mbedtls_ecp_point_init(&theirs);
  for (mbedtls_mpi* number : {&own_secret, &their_secret, &a, &b}) mbedtls_mpi_init(number);
  unsigned char state = 0;
  REQUIRE(mbedtls_ecp_group_load(&group, id) == 0);
  REQUIRE(mbedtls_ecdh_gen_public(&group, &own_secret, &own, Counting, &state) == 0);
  {
    const Portable portable;
    REQUIRE(mbedtls_ecdh_gen_public(&group, &their_secret, &theirs, Counting, &state) == 0);
    REQUIRE(mbedtls_ecdh_compute_shared(&group, &a, &own, &their_secret, Counting, &state) == 0);
  }
  REQUIRE(mbedtls_ecdh_compute_shared(&group, &b, &theirs, &own_secret, Counting, &state) == 0);
  CHECK(mbedtls_mpi_cmp_mpi(&a, &b) == 0);
  for (mbedtls_mpi* number : {&own_secret, &their_secret, &a, &b}) mbedtls_mpi_free(number);
  mbedtls_ecp_point_free(&own);
  mbedtls_ecp_point_free(&theirs);
  mbedtls_ecp_group_free(&group);
}

TEST_CASE("key exchange agrees with portable code") {
  for (int time = 0; time < 3; ++time) {
    ExchangeKeys(MBEDTLS_ECP_DP_SECP256R1);
    ExchangeKeys(MBEDTLS_ECP_DP_SECP384R1);
    ExchangeKeys(MBEDTLS_ECP_DP_SECP521R1);
    ExchangeKeys(MBEDTLS_ECP_DP_CURVE25519);
  }
}

TEST_CASE("points that are not on the curve, and of small order, give no secret") {
  unsigned char state = 0;
  for (auto id : {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_ECP_DP_CURVE25519}) {
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi secret, shared;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&secret);
    mbedtls_mpi_init(&shared);
    REQUIRE(mbedtls_ecp_group_load(&group, id) == 0);
    REQUIRE(mbedtls_ecp_gen_privkey(&group, &secret, Counting, &state) == 0);
    REQUIRE(mbedtls_mpi_lset(&point.X, 1) == 0);  // of order 4 on Curve25519
    REQUIRE(mbedtls_mpi_lset(&point.Y, 1) == 0);
    REQUIRE(mbedtls_mpi_lset(&point.Z, 1) == 0);
    CHECK(mbedtls_ecdh_compute_shared(&group, &shared, &point, &secret, Counting, &state) != 0);
    mbedtls_mpi_free(&secret);
    mbedtls_mpi_free(&shared);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
  }
}

// Signs with the converted key and verifies with portable code; then the other way round.
void SignAndVerify(mbedtls_pk_context& key, mbedtls_pk_type_t scheme) {
  unsigned char state = 0;
  const std::array<uint8_t, 32> hash = {9, 8, 7};
  std::vector<uint8_t> signature(MBEDTLS_PK_SIGNATURE_MAX_SIZE);
  size_t size = 0;
  const mbedtls_pk_rsassa_pss_options pss = {MBEDTLS_MD_SHA256, 32};
  const auto verify = [&] {
    return mbedtls_pk_verify_ext(scheme, scheme == MBEDTLS_PK_RSASSA_PSS ? &pss : nullptr, &key,
                                 MBEDTLS_MD_SHA256, hash.data(), hash.size(), signature.data(),
                                 size);
  };
  const auto sign = [&] {
    return mbedtls_pk_sign_ext(scheme, &key, MBEDTLS_MD_SHA256, hash.data(), hash.size(),
                               signature.data(), signature.size(), &size, Counting, &state);
  };
  {
    const Portable portable;
    REQUIRE(sign() == 0);
  }
  CHECK(verify() == 0);
  auto converted = SigningKey::Convert(key);
  REQUIRE(converted.ok());
  CHECK((*converted != nullptr) == UsesHost());
  REQUIRE(sign() == 0);
  {
    const Portable portable;
    CHECK(verify() == 0);
  }
  signature[size - 1] ^= 1;
  CHECK(verify() != 0);
}

TEST_CASE("signatures of either provider verify with the other") {
  unsigned char state = 0;
  for (auto id : {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_ECP_DP_SECP521R1}) {
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    REQUIRE(mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0);
    REQUIRE(mbedtls_ecp_gen_key(id, mbedtls_pk_ec(key), Counting, &state) == 0);
    SignAndVerify(key, MBEDTLS_PK_ECDSA);
    mbedtls_pk_free(&key);
  }
}

int Simple(void* state, unsigned char* into, size_t size) {
  auto& seed = *static_cast<uint64_t*>(state);
  for (size_t i = 0; i < size; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    into[i] = static_cast<unsigned char>(seed >> 56);
  }
  return 0;
}

TEST_CASE("RSA signatures of either provider verify with the other, in both paddings") {
  uint64_t seed = 5;
  for (auto scheme : {MBEDTLS_PK_RSA, MBEDTLS_PK_RSASSA_PSS}) {
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    REQUIRE(mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)) == 0);
    REQUIRE(mbedtls_rsa_gen_key(mbedtls_pk_rsa(key), Simple, &seed, 2048, 65537) == 0);
    SignAndVerify(key, scheme);
    mbedtls_pk_free(&key);
  }
}

}  // namespace
}  // namespace pinlatch::crypto
