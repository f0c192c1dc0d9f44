// The part of RevocationCheck that finds out who signed a list, and whether they may be believed
// (RFC 5280 section 6.3.3 (f) and (g)).
#include <algorithm>
#include <string>
#include <utility>

#include "trust/list_scope.h"
#include "trust/path_search.h"
#include "trust/revocation_check.h"

namespace pinlatch::tls {
namespace {

// How deep a list's signer may need other lists to be believed itself.
constexpr size_t kMaxNesting = 3;

// What was put into the bundle is believed as far as it takes trust away, without a path of its
// own, also once it has expired or was revoked.
bool IsSignerOfBundle(const HeldList& held, const Certificate& certificate) {
  return std::find(held.signers.begin(), held.signers.end(), &certificate) != held.signers.end();
}

}  // namespace

RevocationCheck::Signer RevocationCheck::FindSigner(Question& question, const HeldList& held) {
  const Certificate* certificate = &question.certificate;
  std::vector<const Certificate*> candidates =
      SignerCandidates(context_, question.path, question.index, *held.list);
  if (candidates.empty()) Note(question, kRankSignature, {Rule::kCrlSigner, certificate, {}});
  for (const Certificate* candidate : candidates) {
    if (!MaySignLists(*candidate)) {
      Note(question, kRankSignature, {Rule::kCrlSigner, certificate, "its signer lacks cRLSign"});
      continue;
    }
    // Nothing shows that it is not authentic.
    if (!held.list->algorithm())
      return {nullptr, Failure{Rule::kCrlSignatureAlgorithm, certificate,
                               "its signature algorithm is not supported"}};
    // No key is used before its certificate is believed: a stranger would choose what that costs.
    Signer signer{.certificate = candidate};
    if (Check failure = SignerFault(question, *candidate, signer.is_beside)) {
      if (IsLimit(failure->rule)) return {nullptr, std::move(failure)};
      Note(question, kRankSigner, std::move(*failure));
      if (!IsSignerOfBundle(held, *candidate)) continue;
      signer.is_beside = signer.only_refuses = true;
    }
    const std::optional<bool> is_signed = context_.IsListSignedBy(held, *candidate);
    if (!is_signed) return {nullptr, Failure{Rule::kSignatureLimit, certificate, {}}};
    if (*is_signed) {
      if (held.signers.empty()) held.proof.Note(*candidate);
      signer.only_refuses |= signer.is_beside && HaveSameKey(*candidate, *certificate);
      return signer;
    }
    Note(question, kRankSignature,
         {Rule::kCrlSignature, certificate,
          SignatureFault(*held.list->algorithm(), held.list->signature())});
  }
  return {};
}

// A signer above the certificate in its own path is already believed. Any other needs a path of its
// own, unrevoked, that does not hang on a certificate whose status is still in question.
Check RevocationCheck::SignerFault(const Question& question, const Certificate& signer,
                                   bool& is_beside) {
  const auto above = question.path.begin() + static_cast<ptrdiff_t>(question.index);
  if (std::find(question.path.begin(), above, &signer) != above) return std::nullopt;
  const auto counts = [&](const Certificate& anchor) {
    return &anchor == question.path.front() || MayVouch(question, signer, anchor);
  };
  PathSearch search(context_, {signer, std::nullopt, counts});
  const std::optional<Path> path = search.Run([this](const Path& candidate) -> Check {
    PINLATCH_HOLD(CheckDenied(context_, candidate));
    if (IsInProgress(candidate) || in_progress_.size() > kMaxNesting) {
      return Failure{Rule::kCrlSigner, candidate.back(),
                     "the list would have to vouch for its own signer"};
    }
    return context_.bundle().settings.revocation->leaf_only ? std::nullopt : CheckPath(candidate);
  });
  if (path) {
    is_beside = path->front() != question.path.front();
    return std::nullopt;
  }
  const Rule rule = search.failure().rule;
  if (IsLimit(rule)) return Failure{rule, &question.certificate, {}};
  return Failure{Rule::kCrlSigner, &question.certificate,
                 "the path to its signer fails: " + std::string(FactsOf(rule).name)};
}

// RFC 5280 section 6.3.3 (f) asks for the anchor of the certificate's own path, so that no other
// authority speaks for its issuer by taking its name. But the certificates of a bundle are anchors
// each: within one, who has the name is the authority, also under a key that was renewed. So the
// signer may be in the bundle itself, or be vouched for by another certificate of the path's
// anchor, or by a CA of that anchor in turn.
bool RevocationCheck::MayVouch(const Question& question, const Certificate& signer,
                               const Certificate& anchor) const {
  if (anchor.subject() == signer.subject()) return true;
  const TrustBundle::Impl& bundle = context_.bundle();
  const Certificate* authority = question.path.front();
  for (size_t height = 0; height <= bundle.limits.max_depth; ++height) {
    if (anchor.subject() == authority->subject()) return true;
    const auto issuer = bundle.anchors_by_subject.find(authority->issuer());
    if (authority->is_self_issued() || issuer == bundle.anchors_by_subject.end()) return false;
    authority = issuer->second;
  }
  return false;
}

bool RevocationCheck::IsInProgress(const Path& path) const {
  return std::any_of(path.begin(), path.end(), [&](const Certificate* certificate) {
    return std::any_of(in_progress_.begin(), in_progress_.end(), [&](const Certificate* other) {
      return AsText(other->der()) == AsText(certificate->der());
    });
  });
}

}  // namespace pinlatch::tls
