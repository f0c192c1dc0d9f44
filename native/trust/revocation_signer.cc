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
      return {nullptr, Failure{Rule::kCrlSignatureAlgorithm, certificate, "it is not known here"}};
    // No key is used before its certificate is believed: a stranger would choose what that costs.
    if (Check failure = CheckSigner(question, *candidate)) {
      if (IsLimit(failure->rule)) return {nullptr, std::move(failure)};
      Note(question, kRankSigner, std::move(*failure));
      continue;
    }
    const std::optional<bool> is_signed = context_.IsListSignedBy(held, *candidate);
    if (!is_signed) return {nullptr, Failure{Rule::kSignatureLimit, certificate, {}}};
    if (*is_signed) {
      if (held.signers.empty()) held.proof.Note(*candidate);
      return {candidate, std::nullopt};
    }
    Note(question, kRankSignature,
         {Rule::kCrlSignature, certificate,
          SignatureFault(*held.list->algorithm(), held.list->signature())});
  }
  return {};
}

// A signer above the certificate in its own path is already believed. Any other needs a path of its
// own, from the same anchor, unrevoked, that does not hang on a certificate whose status is still
// in question.
Check RevocationCheck::CheckSigner(const Question& question, const Certificate& signer) {
  const auto above = question.path.begin() + static_cast<ptrdiff_t>(question.index);
  if (std::find(question.path.begin(), above, &signer) != above) return std::nullopt;
  PathSearch search(context_, {signer, std::nullopt, question.path.front()});
  const std::optional<Path> path = search.Run([this](const Path& candidate) -> Check {
    PINLATCH_HOLD(CheckDenied(context_, candidate));
    if (IsInProgress(candidate) || in_progress_.size() > kMaxNesting) {
      return Failure{Rule::kCrlSigner, candidate.back(), "the list would vouch for its own signer"};
    }
    return context_.bundle().settings.revocation->leaf_only ? std::nullopt : CheckPath(candidate);
  });
  if (path) return std::nullopt;
  const Rule rule = search.failure().rule;
  if (IsLimit(rule)) return Failure{rule, &question.certificate, {}};
  return Failure{Rule::kCrlSigner, &question.certificate,
                 "the path to its signer fails: " + std::string(FactsOf(rule).name)};
}

bool RevocationCheck::IsInProgress(const Path& path) const {
  return std::any_of(path.begin(), path.end(), [&](const Certificate* certificate) {
    return std::any_of(in_progress_.begin(), in_progress_.end(), [&](const Certificate* other) {
      return AsText(other->der()) == AsText(certificate->der());
    });
  });
}

}  // namespace pinlatch::tls
