// See host_private_key.h.
#include "crypto/host_private_key.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/rsa.h>

#include <array>
#include <bit>
#include <cstring>

#include "crypto/host_numbers.h"

namespace pinlatch::crypto {
namespace {

constexpr int kKeyPair = 0x87;               // EVP_PKEY_KEYPAIR
constexpr unsigned int kUnsignedNumber = 2;  // OSSL_PARAM_UNSIGNED_INTEGER, in the machine's order
constexpr unsigned int kText = 4;            // OSSL_PARAM_UTF8_STRING
constexpr unsigned int kOctets = 5;          // OSSL_PARAM_OCTET_STRING
constexpr auto kUnmodified = static_cast<size_t>(-1);
static_assert(std::endian::native == std::endian::little, "numbers are written in this order");

// SecretNumber is a number as a parameter has it, wiped when it goes.
class SecretNumber {
 public:
  SecretNumber() = default;
  ~SecretNumber() { mbedtls_platform_zeroize(bytes_.data(), bytes_.size()); }
  SecretNumber(const SecretNumber&) = delete;
  SecretNumber& operator=(const SecretNumber&) = delete;

  // Take copies `number`, as long as `width` even where it is shorter. False when it is longer.
  bool Take(const mbedtls_mpi& number, size_t width) {
    size_ = width;
    return width <= bytes_.size() &&
           mbedtls_mpi_write_binary_le(&number, bytes_.data(), width) == 0;
  }
  Parameter As(const char* name) {
    return {name, kUnsignedNumber, bytes_.data(), size_, kUnmodified};
  }

 private:
  std::array<uint8_t, kMaxNumber> bytes_{};
  size_t size_ = 0;
};

KeyPtr FromParameters(const char* kind, Parameter* parameters) {
  const KeyContextPtr context(host.EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  Key* key = nullptr;
  if (!context || host.EVP_PKEY_fromdata_init(context.get()) != 1 ||
      host.EVP_PKEY_fromdata(context.get(), &key, kKeyPair, parameters) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

const char* NameOf(mbedtls_ecp_group_id curve) {
  switch (curve) {
    case MBEDTLS_ECP_DP_SECP256R1:
      return "P-256";
    case MBEDTLS_ECP_DP_SECP384R1:
      return "P-384";
    case MBEDTLS_ECP_DP_SECP521R1:
      return "P-521";
    default:
      return nullptr;
  }
}

KeyPtr FromEc(const mbedtls_ecp_keypair& key) {
  const char* curve = NameOf(key.grp.id);
  std::array<uint8_t, MBEDTLS_ECP_MAX_PT_LEN> point;
  size_t point_size = 0;
  SecretNumber scalar;
  if (curve == nullptr || !scalar.Take(key.d, (key.grp.nbits + 7) / 8) ||
      mbedtls_ecp_point_write_binary(&key.grp, &key.Q, MBEDTLS_ECP_PF_UNCOMPRESSED, &point_size,
                                     point.data(), point.size()) != 0) {
    return nullptr;
  }
  std::array<Parameter, 4> parameters = {
      Parameter{"group", kText, const_cast<char*>(curve), std::strlen(curve), kUnmodified},
      Parameter{"pub", kOctets, point.data(), point_size, kUnmodified}, scalar.As("priv"),
      Parameter{}};
  return FromParameters("EC", parameters.data());
}

KeyPtr FromRsa(const mbedtls_rsa_context& key) {
  struct Part {
    const char* name;
    const mbedtls_mpi* number;
    size_t width;
  };
  const size_t half = key.len / 2 + 1;  // the primes may differ in length
  const std::array<Part, 8> parts = {{
      {"n", &key.N, key.len},
      {"e", &key.E, key.len},
      {"d", &key.D, key.len},
      {"rsa-factor1", &key.P, half},
      {"rsa-factor2", &key.Q, half},
      {"rsa-exponent1", &key.DP, half},
      {"rsa-exponent2", &key.DQ, half},
      {"rsa-coefficient1", &key.QP, half},
  }};
  std::array<SecretNumber, parts.size()> numbers;
  std::array<Parameter, parts.size() + 1> parameters{};
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!numbers[i].Take(*parts[i].number, parts[i].width)) return nullptr;
    parameters[i] = numbers[i].As(parts[i].name);
  }
  return FromParameters("RSA", parameters.data());
}

}  // namespace

KeyPtr ToHostKey(const mbedtls_pk_context& key) {
  return mbedtls_pk_get_type(&key) == MBEDTLS_PK_RSA ? FromRsa(*mbedtls_pk_rsa(key))
                                                     : FromEc(*mbedtls_pk_ec(key));
}

void ForgetPrivateHalf(mbedtls_pk_context& key) {
  if (mbedtls_pk_get_type(&key) != MBEDTLS_PK_RSA) {
    mbedtls_mpi_free(&mbedtls_pk_ec(key)->d);
    return;
  }
  mbedtls_rsa_context& rsa = *mbedtls_pk_rsa(key);
  for (mbedtls_mpi* number :
       {&rsa.D, &rsa.P, &rsa.Q, &rsa.DP, &rsa.DQ, &rsa.QP, &rsa.RP, &rsa.RQ, &rsa.Vi, &rsa.Vf}) {
    mbedtls_mpi_free(number);
  }
}

}  // namespace pinlatch::crypto
