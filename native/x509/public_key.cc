// Reads and judges public keys.
#include "x509/public_key.h"

#include <mbedtls/bignum.h>
#include <mbedtls/rsa.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "identity/certificate.h"
#include "x509/key_info.h"
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

Status ReadByMbedtls(ByteSpan key_info, mbedtls_pk_context& into) {
  // Only read, though the parameter is not const.
  auto* at = const_cast<unsigned char*>(key_info.data());
  const int failed = mbedtls_pk_parse_subpubkey(&at, at + key_info.size(), &into);
  if (failed == 0) return {};
  return Error(ErrorCode::kBadCertificate, identity::ParseErrorText(failed));
}

}  // namespace

std::unique_ptr<const PublicKey> TakeKey(mbedtls_pk_context& context) {
  auto impl = std::make_unique<PublicKey::Impl>();
  std::swap(impl->context, context);
  const bool is_rsa = mbedtls_pk_can_do(&impl->context, MBEDTLS_PK_RSA) != 0;
  impl->kind = is_rsa ? KeyKind::kRsa : KeyKind::kEc;
  return std::make_unique<PublicKey>(std::move(impl));
}

bool IsReadByMbedtls(ByteSpan key_info) {
  return EdwardsKeyOf(key_info).empty() && !PssKeyOf(key_info);
}

Result<std::unique_ptr<const PublicKey>> ReadPublicKey(ByteSpan key_info) {
  auto impl = std::make_unique<PublicKey::Impl>();
  if (const ByteSpan edwards = EdwardsKeyOf(key_info); edwards.size() == impl->edwards.size()) {
    impl->kind = KeyKind::kEd25519;
    std::copy(edwards.begin(), edwards.end(), impl->edwards.begin());
  } else if (const std::optional<PssKey> pss = PssKeyOf(key_info)) {
    // mbedTLS reads the numbers as those of an rsaEncryption key; what else the key says is not its
    // to know.
    PINLATCH_TRY(ReadByMbedtls(OtherRsaForm(key_info), impl->context));
    impl->kind = KeyKind::kRsaPss;
    impl->only = pss->only;
  } else {
    PINLATCH_TRY(ReadByMbedtls(key_info, impl->context));
    return TakeKey(impl->context);
  }
  return std::unique_ptr<const PublicKey>(std::make_unique<PublicKey>(std::move(impl)));
}

PublicKey::PublicKey(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)),
      bits_(static_cast<uint32_t>(mbedtls_pk_get_bitlen(&impl_->context))) {}

PublicKey::~PublicKey() = default;

KeyKind PublicKey::kind() const { return impl_->kind; }

bool PublicKey::IsStrong(uint32_t min_rsa_bits) const {
  switch (impl_->kind) {
    case KeyKind::kEc:
      // Curves are judged by what is compiled in: P-256, P-384 and P-521; X25519 cannot sign and
      // never verifies anything.
      return mbedtls_pk_can_do(&impl_->context, MBEDTLS_PK_ECDSA) != 0 && bits_ >= 256;
    case KeyKind::kEd25519:
      return true;  // KeyInfoFault has found the weak ones
    case KeyKind::kRsa:
    case KeyKind::kRsaPss:
      return bits_ >= min_rsa_bits && bits_ <= kMaxRsaBits && HasSoundExponent(impl_->context);
  }
  return false;
}

std::string PublicKey::Describe() const {
  constexpr std::string_view kNames[] = {"RSA ", "RSASSA-PSS ", "EC "};
  if (impl_->kind == KeyKind::kEd25519) return "Ed25519";
  return std::string(kNames[static_cast<size_t>(impl_->kind)]) + std::to_string(bits_);
}

}  // namespace pinlatch::tls
