// Checks signatures once each and counts them.
#include "trust/verify_context.h"

#include <algorithm>
#include <set>
#include <utility>

#include "der/ecdsa_signature.h"

namespace pinlatch::tls {
namespace {

bool IsAcceptedHash(Hash hash) {
  return hash == Hash::kSha256 || hash == Hash::kSha384 || hash == Hash::kSha512;
}

// What is wrong with the algorithm of a certificate's signature, or nothing.
Check CheckAlgorithm(const Certificate& certificate) {
  const std::optional<SignatureAlgorithm>& algorithm = certificate.algorithm();
  if (algorithm && IsStrong(*algorithm)) return std::nullopt;
  return Failure{Rule::kSignatureAlgorithm, &certificate,
                 "it is signed with " + certificate.AlgorithmText() +
                     (algorithm ? "" : ", which is not supported")};
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

bool IsStrong(const SignatureAlgorithm& algorithm) { return IsAcceptedHash(algorithm.hash); }

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

void VerifyContext::BeginPass(uint32_t most_checks) {
  limits_ = whole_limits_;
  checks_left_ = most_checks;
  cut_short_ = false;
  valid_until_ = INT64_MAX;
  // What a clock that is wrong lets pass is judged again by one that may be right.
  if (clock().IsBelowFloor()) Until(clock().floor() - 1);
}

const VerifyContext::Memo* VerifyContext::Recall(ByteSpan key, const void* subject) const {
  const auto found = std::find_if(memos_.begin(), memos_.end(), [&](const Memo& memo) {
    return memo.subject == subject && AsText(memo.key) == AsText(key);
  });
  return found == memos_.end() ? nullptr : &*found;
}

Check VerifyContext::MayCheck() {
  const bool is_over = memos_.size() >= whole_limits_.max_signature_checks;
  if (is_over) return Failure{Rule::kSignatureLimit, nullptr, {}};
  if (checks_left_ == 0) {
    cut_short_ = true;
    return Failure{Rule::kSignatureLimit, nullptr, {}};
  }
  --checks_left_;
  return std::nullopt;
}

bool VerifyContext::CostsTooMuch(ByteSpan key) const {
  const auto is_by_key = [&](const Memo& memo) {
    return memo.IsFalse() && AsText(memo.key) == AsText(key);
  };
  return std::count_if(memos_.begin(), memos_.end(), is_by_key) >=
         static_cast<ptrdiff_t>(whole_limits_.max_false_signatures);
}

// A certificate that fits none of several CAs of one name counts once.
bool VerifyContext::IsStrangersPlay(const Certificate& next) const {
  std::set<const void*> false_ones;
  for (const Memo& memo : memos_) {
    if (memo.holds && !memo.is_list) return false;
    if (memo.IsFalse()) false_ones.insert(memo.subject);
  }
  return false_ones.size() >= whole_limits_.max_false_signatures && !false_ones.contains(&next);
}

Check VerifyContext::CheckSignature(const Certificate& child, const Certificate& issuer) {
  PINLATCH_HOLD(CheckAlgorithm(child));
  const std::string fault = SignatureFault(*child.algorithm(), child.signature());
  const bool is_other_key = fault.empty() && HintsDisagree(child, issuer);
  const Failure refusal{is_other_key ? Rule::kOtherKey : Rule::kSignature, &child, fault};
  const PublicKey* key = issuer.ReadKey();
  if (key == nullptr || !key->Fits(*child.algorithm(), child.signature())) return refusal;
  const Memo* memo = Recall(issuer.key_info(), &child);
  if (memo == nullptr) {
    if (CostsTooMuch(issuer.key_info()) || IsStrangersPlay(child)) {
      return Failure{Rule::kFalseSignatures, &child, {}};
    }
    if (Check limit = MayCheck()) return Failure{limit->rule, &child, {}};
    const bool holds = key->Verifies(*child.algorithm(), child.tbs(), child.signature());
    memos_.push_back({issuer.key_info(), &child, holds, false});
    memo = &memos_.back();
  }
  return memo->holds ? std::nullopt : Check(refusal);
}

std::optional<bool> VerifyContext::IsListSignedBy(const HeldList& held, const Certificate& issuer) {
  if (IsSigner(held, issuer)) return true;
  if (!held.list->algorithm() || IsOfBundle(bundle_, issuer)) return false;
  const PublicKey* key = issuer.ReadKey();
  if (key == nullptr) return false;
  const Memo* memo = Recall(issuer.key_info(), held.list.get());
  if (memo == nullptr) {
    if (MayCheck()) return std::nullopt;
    memos_.push_back({issuer.key_info(), held.list.get(), held.list->IsSignedBy(*key), true});
    memo = &memos_.back();
  }
  return memo->holds;
}

}  // namespace pinlatch::tls
