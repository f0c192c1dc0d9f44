// Checks signatures through mbedtls_pk_verify_ext, those of Ed25519 through the crypto provider.
// The algorithm decides how; a key of another type is a mismatch, never a fallback. A file of its
// own, so that a fuzz target can stand in for it.
#include "der/ecdsa_signature.h"
#include "x509/mbedtls_hash.h"
#include "x509/public_key.h"
#include "x509/public_key_impl.h"

namespace pinlatch::tls {

bool PublicKey::Takes(const SignatureAlgorithm& algorithm) const {
  const bool is_pss = algorithm.scheme == SignatureScheme::kRsaPss;
  switch (impl_->kind) {
    case KeyKind::kEc:
      return algorithm.scheme == SignatureScheme::kEcdsa;
    case KeyKind::kEd25519:
      return algorithm.scheme == SignatureScheme::kEd25519;
    case KeyKind::kRsa:
      return is_pss || algorithm.scheme == SignatureScheme::kRsaPkcs1;
    case KeyKind::kRsaPss:
      return is_pss && (!impl_->only || (impl_->only->hash == algorithm.hash &&
                                         impl_->only->salt_size <= algorithm.salt_size));
  }
  return false;
}

bool PublicKey::Fits(const SignatureAlgorithm& algorithm, ByteSpan signature) const {
  if (!Takes(algorithm)) return false;
  switch (impl_->kind) {
    case KeyKind::kEc:
      // mbedTLS reads integers of any length and sign, whoever computes.
      return ReadEcdsaSignature(signature).has_value();
    case KeyKind::kEd25519:
      return signature.size() == crypto::kEd25519SignatureSize;
    case KeyKind::kRsa:
    case KeyKind::kRsaPss:
      // RFC 8017 sections 8.1.2 and 8.2.2: as long as the modulus.
      return signature.size() == (bits_ + 7) / 8;
  }
  return false;
}

bool PublicKey::Verifies(const SignatureAlgorithm& algorithm, ByteSpan message,
                         ByteSpan signature) const {
  if (!Fits(algorithm, signature)) return false;
  if (impl_->kind == KeyKind::kEd25519) {
    return crypto::VerifyEd25519(impl_->edwards, message, signature);
  }
  const std::optional<Digest> digest = HashOf(algorithm.hash, message);
  return digest && VerifiesDigest(algorithm, *digest, signature);
}

bool PublicKey::VerifiesDigest(const SignatureAlgorithm& algorithm, const Digest& digest,
                               ByteSpan signature) const {
  const bool is_ed25519 = impl_->kind == KeyKind::kEd25519;
  if (is_ed25519 || digest.hash != algorithm.hash || !Fits(algorithm, signature)) return false;
  mbedtls_pk_type_t type = impl_->kind == KeyKind::kEc ? MBEDTLS_PK_ECDSA : MBEDTLS_PK_RSA;
  mbedtls_pk_rsassa_pss_options pss{};
  const void* options = nullptr;
  if (algorithm.scheme == SignatureScheme::kRsaPss) {
    type = MBEDTLS_PK_RSASSA_PSS;
    pss.mgf1_hash_id = MdTypeOf(algorithm.hash);
    pss.expected_salt_len = algorithm.salt_size;
    options = &pss;
  }
  return mbedtls_pk_verify_ext(type, options, &impl_->context, MdTypeOf(digest.hash),
                               digest.bytes.data(), digest.size, signature.data(),
                               signature.size()) == 0;
}

}  // namespace pinlatch::tls
