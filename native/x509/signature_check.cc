// Checks signatures through mbedtls_pk_verify_ext. The algorithm decides how; a key of another type
// is a mismatch, never a fallback. A file of its own, so that a fuzz target can stand in for it.
#include "der/ecdsa_signature.h"
#include "x509/mbedtls_hash.h"
#include "x509/public_key.h"
#include "x509/public_key_impl.h"

namespace pinlatch::tls {

bool PublicKey::Fits(const SignatureAlgorithm& algorithm, ByteSpan signature) const {
  const bool is_ecdsa = algorithm.scheme == SignatureScheme::kEcdsa;
  // mbedTLS reads integers of any length and sign, whoever computes.
  if (!is_rsa_) return is_ecdsa && ReadEcdsaSignature(signature).has_value();
  // RFC 8017 sections 8.1.2 and 8.2.2: as long as the modulus.
  return !is_ecdsa && signature.size() == (bits_ + 7) / 8;
}

bool PublicKey::Verifies(const SignatureAlgorithm& algorithm, const Digest& digest,
                         ByteSpan signature) const {
  if (digest.hash != algorithm.hash || !Fits(algorithm, signature)) return false;
  mbedtls_pk_type_t type = is_rsa_ ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECDSA;
  mbedtls_pk_rsassa_pss_options pss{};
  const void* options = nullptr;
  if (algorithm.scheme == SignatureScheme::kRsaPss) {
    type = MBEDTLS_PK_RSASSA_PSS;
    pss.mgf1_hash_id = MdTypeOf(algorithm.mask_hash);
    pss.expected_salt_len = algorithm.salt_size;
    options = &pss;
  }
  return mbedtls_pk_verify_ext(type, options, &impl_->context, MdTypeOf(digest.hash),
                               digest.bytes.data(), digest.size, signature.data(),
                               signature.size()) == 0;
}

}  // namespace pinlatch::tls
