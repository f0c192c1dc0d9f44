// Checks signatures once each and counts them.
#include "tls/verify_context.h"

#include <algorithm>
#include <utility>

#include "tls/ecdsa_signature.h"

namespace pinlatch::tls {
namespace {

bool IsAcceptedHash(Hash hash) {
  return hash == Hash::kSha256 || hash == Hash::kSha384 || hash == Hash::kSha512;
}

// What is wrong with the algorithm of a certificate's signature, or nothing.
Check CheckAlgorithm(const std::optional<SignatureAlgorithm>& algorithm,
                     const Certificate* certificate) {
  if (!algorithm)
    return Failure{Rule::kSignatureAlgorithm, certificate, "its signature algorithm is not known"};
  if (IsStrong(*algorithm)) return std::nullopt;
  return Failure{Rule::kSignatureAlgorithm, certificate,
                 "it is signed with " + std::string(algorithm->Name())};
}

// IsOfBundle says whether it is known from the loading of the bundle which lists this certificate's
// key signed.
bool IsOfBundle(const TrustBundle::Impl& bundle, const Certificate& certificate) {
  const auto [first, last] = bundle.anchors_by_subject.equal_range(certificate.subject());
  return std::any_of(first, last, [&](const auto& anchor) {
    return AsText(anchor.second->key_info()) == AsText(certificate.key_info());
  });
}

bool IsSigner(const HeldList& held, const Certificate& certificate) {
  return std::any_of(held.signers.begin(), held.signers.end(), [&](const Certificate* signer) {
    return AsText(signer->key_info()) == AsText(certificate.key_info());
  });
}

}  // namespace

// The mask function of RSA-PSS is no weaker part: collisions in it help nobody, but a SHA-1 mask is
// refused all the same, as FIPS 186-5 and the CA/Browser Forum do.
bool IsStrong(const SignatureAlgorithm& algorithm) {
  return IsAcceptedHash(algorithm.hash) && IsAcceptedHash(algorithm.mask_hash);
}

std::string SignatureFault(const SignatureAlgorithm& algorithm, ByteSpan signature) {
  const bool is_malformed =
      algorithm.scheme == SignatureScheme::kEcdsa && !ReadEcdsaSignature(signature);
  return is_malformed ? "its ECDSA-Sig-Value is not DER (RFC 3279 section 2.2.3, X.690 section 8.3)"
                      : "";
}

bool HintsDisagree(const Certificate& child, const Certificate& issuer) {
  const AuthorityKey& hint = child.extensions().authority_key;
  const ByteSpan key_id = issuer.extensions().subject_key_id;
  if (!hint.key_id.empty() && !key_id.empty() && AsText(hint.key_id) != AsText(key_id)) return true;
  return !hint.serial.empty() && AsText(hint.serial) != AsText(issuer.serial());
}

const VerifyContext::Memo* VerifyContext::Recall(const void* key, const void* subject) const {
  const auto found = std::find_if(memos_.begin(), memos_.end(), [&](const Memo& memo) {
    return memo.signed_by_key == key && memo.subject == subject;
  });
  return found == memos_.end() ? nullptr : &*found;
}

Check VerifyContext::CheckSignature(const Certificate& child, const Certificate& issuer) {
  PINLATCH_HOLD(CheckAlgorithm(child.algorithm(), &child));
  const Memo* memo = Recall(&issuer, &child);
  if (memo == nullptr) {
    if (limits_.max_signature_checks == 0) return Failure{Rule::kSignatureLimit, &child, {}};
    --limits_.max_signature_checks;
    const std::optional<Digest> digest = HashOf(child.algorithm()->hash, child.tbs());
    const bool holds =
        digest && issuer.key().Verifies(*child.algorithm(), *digest, child.signature());
    memos_.push_back({&issuer, &child, holds});
    memo = &memos_.back();
  }
  if (memo->holds) return std::nullopt;
  std::string fault = SignatureFault(*child.algorithm(), child.signature());
  const bool is_other_key = fault.empty() && HintsDisagree(child, issuer);
  return Failure{is_other_key ? Rule::kOtherKey : Rule::kSignature, &child, std::move(fault)};
}

std::optional<bool> VerifyContext::IsListSignedBy(const HeldList& held, const Certificate& issuer) {
  if (IsSigner(held, issuer)) return true;
  if (!held.list->algorithm() || IsOfBundle(bundle_, issuer)) return false;
  const Memo* memo = Recall(&issuer, held.list.get());
  if (memo == nullptr) {
    if (limits_.max_signature_checks == 0) return std::nullopt;
    --limits_.max_signature_checks;
    memos_.push_back({&issuer, held.list.get(), held.list->IsSignedBy(issuer.key())});
    memo = &memos_.back();
  }
  return memo->holds;
}

}  // namespace pinlatch::tls
