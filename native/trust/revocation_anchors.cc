// The part of RevocationCheck that asks the lists of the bundle's CAs about its other certificates,
// by the rule that holds for what peers present, but without asking for a list; and about
// themselves.
#include <algorithm>
#include <utility>

#include "revocation/list_points.h"
#include "trust/list_scope.h"
#include "trust/revocation_check.h"

namespace pinlatch::tls {
namespace {

// Who of the bundle signed a list and may, but for the anchor itself; or nullptr. What was put into
// the bundle is believed as far as it takes trust away, without a path of its own.
const Certificate* SignerBeside(const Certificate& anchor, const HeldList& held) {
  const auto signer =
      std::find_if(held.signers.begin(), held.signers.end(), [&](const Certificate* candidate) {
        return candidate != &anchor && MaySignLists(*candidate);
      });
  return signer == held.signers.end() ? nullptr : *signer;
}

}  // namespace

Check RevocationCheck::CheckAnchor(const Certificate& anchor, bool is_asked_about) {
  const TrustBundle::Impl& bundle = context_.bundle();
  const std::optional<snapshot::Revocation>& settings = bundle.settings.revocation;
  if (!settings || (settings->leaf_only && !is_asked_about)) return std::nullopt;
  const std::vector<const Certificate*>& revoked = bundle.revoked_anchors;
  if (std::find(revoked.begin(), revoked.end(), &anchor) != revoked.end())
    return Failure{Rule::kRevoked, &anchor,
                   "by a revocation list of an unusable CA in the trust bundle"};

  const Path path = {&anchor};
  Question question{.certificate = anchor, .path = path, .index = 0, .is_anchor = true};
  const std::vector<DistributionPoint> points = PointsOf(anchor);
  for (const std::string& issuer : ListIssuersOf(anchor, points)) {
    const auto found = bundle.lists_by_issuer.find(issuer);
    if (found == bundle.lists_by_issuer.end()) continue;
    for (const HeldList* held : found->second) {
      const Certificate* signer = SignerBeside(anchor, *held);
      if (signer == nullptr || held->list->scope().attributes_only) continue;
      // Also what is about others: should it name the anchor all the same, it is revoked.
      Enter(question, {held, signer, ReasonsFor(*held->list, anchor, points)});
    }
  }
  PINLATCH_HOLD(JudgeHeads(question));
  return anchor.is_self_issued() ? std::nullopt : CheckMissing(question);
}

bool RevocationCheck::IsListed(const Certificate& authority) {
  const auto found = context_.bundle().lists_by_issuer.find(authority.subject());
  if (found == context_.bundle().lists_by_issuer.end()) return false;
  // The question is that of whatever it issues: only what is above counts.
  const Path path = {&authority};
  Question question{.certificate = authority, .path = path, .index = 1};
  return std::any_of(found->second.begin(), found->second.end(), [&](const HeldList* held) {
    const Signer signer = FindSigner(question, *held);
    return signer.certificate != nullptr && !signer.only_refuses;
  });
}

// Nothing is known of whatever it issues but its issuer and its kind.
Check RevocationCheck::CheckIssued(const Certificate& authority, Issued kind) {
  const TrustBundle::Impl& bundle = context_.bundle();
  const auto found = bundle.lists_by_issuer.find(authority.subject());
  if (found == bundle.lists_by_issuer.end()) {
    if (bundle.settings.revocation->accept_unlisted_issuers) return std::nullopt;
    return Failure{Rule::kCrlMissing, &authority, {}};
  }
  const Path path = {&authority};
  Question question{.certificate = authority, .path = path, .index = 1};
  Note(question, kRankScope, {Rule::kCrlScope, &authority, {}});
  for (const HeldList* held : found->second) {
    const ListScope& scope = held->list->scope();
    const bool is_about_others =
        kind == Issued::kAuthority ? scope.users_only : scope.authorities_only;
    if (scope.attributes_only || is_about_others) continue;
    const Signer signer = FindSigner(question, *held);
    if (signer.certificate == nullptr) continue;
    const Reasons told = signer.only_refuses ? Reasons{0} : scope.reasons;
    Enter(question, {held, signer.certificate, told, signer.is_beside});
  }
  PINLATCH_HOLD(JudgeIssued(question));
  return question.covered == kAllReasons ? std::nullopt : std::move(question.obstacle);
}

Check RevocationCheck::JudgeIssued(Question& question) {
  for (const Head& head : question.heads) {
    const bool is_delta = head.list().is_delta();
    if (is_delta && RelationOf(question, head) != DeltaRelation::kNewer) continue;
    Check failure = is_delta ? CheckDelta(question, head) : CheckHead(question, head);
    if (failure && (!head.is_beside || !IsOvertaken(question, head))) return failure;
    if (!failure && !is_delta)
      question.covered = static_cast<Reasons>(question.covered | head.reasons);
  }
  return std::nullopt;
}

std::vector<RevocationCheck::ListFault> RevocationCheck::FindListFaults() {
  std::vector<ListFault> faults;
  if (context_.bundle().anchors.empty()) return faults;
  // No question is asked but that of the lists; it only has to be about some certificate.
  const Certificate& any = *context_.bundle().anchors.front();
  const Path path = {&any};
  Question question{.certificate = any, .path = path, .index = 0};
  for (const std::unique_ptr<const HeldList>& held : context_.bundle().lists) {
    if (held->signers.empty()) continue;
    const auto signer = std::find_if(held->signers.begin(), held->signers.end(),
                                     [](const Certificate* one) { return MaySignLists(*one); });
    if (signer != held->signers.end()) {
      Enter(question, {held.get(), *signer, kAllReasons});
    } else {
      faults.push_back({*held, {Rule::kCrlSigner, &any, "its signer lacks cRLSign"}});
    }
  }
  for (const Head& head : question.heads) {
    const bool is_delta = head.list().is_delta();
    if (is_delta && RelationOf(question, head) != DeltaRelation::kNewer) continue;
    Check failure = is_delta ? CheckDelta(question, head) : CheckHead(question, head);
    if (failure) faults.push_back({*head.held, std::move(*failure)});
  }
  return faults;
}

}  // namespace pinlatch::tls
