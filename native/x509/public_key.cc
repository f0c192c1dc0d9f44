// Judges public keys.
#include "x509/public_key.h"

#include <mbedtls/bignum.h>
#include <mbedtls/rsa.h>

#include <utility>

#include "x509/public_key_impl.h"

namespace pinlatch::tls {
namespace {

constexpr uint32_t kMaxRsaBits = 8192;
constexpr size_t kMaxExponentBits = 64;

bool HasSoundExponent(const mbedtls_pk_context& context) {
  mbedtls_mpi exponent;
  mbedtls_mpi_init(&exponent);
  const bool exported = mbedtls_rsa_export(mbedtls_pk_rsa(context), nullptr, nullptr, nullptr,
                                           nullptr, &exponent) == 0;
  const size_t bits = mbedtls_mpi_bitlen(&exponent);
  const bool sound =
      exported && bits >= 2 && bits <= kMaxExponentBits && mbedtls_mpi_get_bit(&exponent, 0) == 1;
  mbedtls_mpi_free(&exponent);
  return sound;
}

}  // namespace

PublicKey::PublicKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  is_rsa_ = mbedtls_pk_can_do(&impl_->context, MBEDTLS_PK_RSA) != 0;
  bits_ = static_cast<uint32_t>(mbedtls_pk_get_bitlen(&impl_->context));
}

PublicKey::~PublicKey() = default;

bool PublicKey::IsStrong(uint32_t min_rsa_bits) const {
  // Curves are judged by what is compiled in: P-256, P-384 and P-521; X25519 cannot sign and never
  // verifies anything.
  if (!is_rsa_) return mbedtls_pk_can_do(&impl_->context, MBEDTLS_PK_ECDSA) != 0 && bits_ >= 256;
  return bits_ >= min_rsa_bits && bits_ <= kMaxRsaBits && HasSoundExponent(impl_->context);
}

std::string PublicKey::Describe() const {
  return (is_rsa_ ? "RSA " : "EC ") + std::to_string(bits_);
}

}  // namespace pinlatch::tls
