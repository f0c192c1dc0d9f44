// Follows RFC 5280 section 6.3.3, but series by series: of each that speaks for the certificate the
// newest authentic list is looked at, and none may be passed over for being unusable. A complete
// list counts for the reasons that it covers; when all are covered without a hit the certificate is
// good.
#include "tls/revocation_check.h"

#include <algorithm>
#include <utility>

#include "tls/denial.h"
#include "tls/list_points.h"
#include "tls/list_scope.h"
#include "tls/list_series.h"

namespace pinlatch::tls {
namespace {

bool IsNamed(const RevocationList& list, const Certificate& certificate) {
  return list.Find(certificate.issuer(), certificate.serial()).has_value();
}

bool HaveSameKey(const Certificate& a, const Certificate& b) {
  return AsText(a.key_info()) == AsText(b.key_info());
}

Failure RevokedFor(const Certificate& certificate, uint8_t reason) {
  return {Rule::kRevoked, &certificate, "reason: " + std::string(ReasonText(reason))};
}

}  // namespace

Check CheckDenied(const VerifyContext& context, const Path& path) {
  const TrustBundle::Impl& bundle = context.bundle();
  for (const Certificate* certificate : path) {
    const bool is_anchor = certificate == path.front() && path.size() > 1;
    std::optional<std::string> denial = Denial(bundle, *certificate, is_anchor);
    if (denial) return Failure{Rule::kDenied, certificate, std::move(*denial)};
  }
  return std::nullopt;
}

Check RevocationCheck::CheckPath(const Path& path) {
  const std::optional<snapshot::Revocation>& settings = context_.bundle().settings.revocation;
  if (!settings) return std::nullopt;
  const size_t first = settings->leaf_only ? path.size() - 1 : 1;
  for (size_t i = std::max<size_t>(first, 1); i < path.size(); ++i)
    PINLATCH_HOLD(CheckCertificate(path, i));
  return std::nullopt;
}

Check RevocationCheck::CheckCertificate(const Path& path, size_t index) {
  Question question{*path[index], path, index, {}, 0, false, std::nullopt, kRankMissing};
  Note(question, kRankMissing, {Rule::kCrlMissing, path[index], {}});
  in_progress_.push_back(path[index]);
  Check outcome = FindHeads(question);
  in_progress_.pop_back();
  if (!outcome) outcome = JudgeHeads(question);
  if (outcome || question.covered == kAllReasons) return outcome;
  const bool may_be_unlisted = context_.bundle().settings.revocation->accept_unlisted_issuers;
  if (!question.is_listed_issuer && may_be_unlisted) return std::nullopt;
  if (question.covered != 0) {
    Note(question, kRankScope,
         {Rule::kCrlScope, path[index], "the lists do not cover all reasons"});
  }
  return std::move(question.obstacle);
}

Check RevocationCheck::FindHeads(Question& question) {
  const std::vector<DistributionPoint> points = PointsOf(question.certificate);
  for (const std::string& issuer : ListIssuersOf(question.certificate, points)) {
    const auto found = context_.bundle().lists_by_issuer.find(issuer);
    if (found == context_.bundle().lists_by_issuer.end()) continue;
    question.is_listed_issuer = true;
    for (const HeldList* held : found->second) {
      const Reasons reasons = ReasonsFor(*held->list, question.certificate, points);
      if (reasons == 0) {
        Note(question, kRankScope, {Rule::kCrlScope, &question.certificate, {}});
        continue;
      }
      PINLATCH_HOLD(Consider(question, *held, reasons));
    }
  }
  return std::nullopt;
}

// A list that says it is signed with the key of a newer one that is authentic is passed over
// without a look at its signature: it is of that series, or of none. Without a key identifier it
// has to be found out, where it matters.
Check RevocationCheck::Consider(Question& question, const HeldList& held, Reasons reasons) {
  const RevocationList& list = *held.list;
  const bool is_passed_over =
      std::any_of(question.heads.begin(), question.heads.end(), [&](const Head& head) {
        const std::string& key_id = list.authority_key_id();
        return IsSameKind(head.list(), list) && IsNewer(head.list(), list) &&
               head.list().authority_key_id() == key_id &&
               !(key_id.empty() && IsNamed(list, question.certificate));
      });
  if (is_passed_over) return std::nullopt;
  Signer signer = FindSigner(question, held);
  if (signer.certificate != nullptr) Enter(question, {&held, signer.certificate, reasons});
  return std::move(signer.undecided);
}

// Of two lists that are equally new neither is passed over.
void RevocationCheck::Enter(Question& question, const Head& head) {
  for (Head& other : question.heads) {
    if (!IsSameKind(other.list(), head.list()) || !HaveSameKey(*other.signer, *head.signer))
      continue;
    if (IsNewer(other.list(), head.list())) return;
    if (!IsNewer(head.list(), other.list())) continue;
    other = head;
    return;
  }
  question.heads.push_back(head);
}

// That a certificate is revoked is told before that a list cannot be used.
Check RevocationCheck::JudgeHeads(Question& question) {
  Check worst;
  for (const Head& head : question.heads) {
    Check failure =
        head.list().is_delta() ? JudgeDelta(question, head) : JudgeComplete(question, head);
    if (!failure) continue;
    if (!worst || (failure->rule == Rule::kRevoked && worst->rule != Rule::kRevoked))
      worst = std::move(failure);
  }
  return worst;
}

Check RevocationCheck::JudgeComplete(Question& question, const Head& head) {
  PINLATCH_HOLD(CheckHead(question, head));
  const Certificate& certificate = question.certificate;
  const std::optional<uint8_t> reason =
      head.list().Find(certificate.issuer(), certificate.serial());
  if (reason && !IsLifted(question, head)) return RevokedFor(certificate, *reason);
  question.covered = static_cast<Reasons>(question.covered | head.reasons);
  return std::nullopt;
}

// RFC 5280 section 6.3.3 (i). What a delta list has to say is also in a complete list that is as
// new; any other knows more than the complete one, which then is not enough any more.
Check RevocationCheck::JudgeDelta(const Question& question, const Head& head) {
  const RevocationList& delta = head.list();
  bool is_superseded = false;
  bool is_contained = false;
  for (const Head& other : question.heads) {
    const RevocationList& list = other.list();
    if (list.is_delta() || list.scope() != delta.scope()) continue;
    if (!HaveSameKey(*other.signer, *head.signer)) continue;
    is_superseded |= IsNewer(list, delta);
    is_contained |= !IsNewer(delta, list);
  }
  if (is_superseded) return std::nullopt;
  const Certificate& certificate = question.certificate;
  const std::optional<uint8_t> reason = delta.Find(certificate.issuer(), certificate.serial());
  if (reason && *reason != kRemoveFromCrl) return RevokedFor(certificate, *reason);
  return is_contained ? std::nullopt : CheckHead(question, head);
}

// RFC 5280 section 6.3.3 (c), (h) and (k): a delta list of the same scope and key, newer than the
// complete one and built on one that is no newer.
bool RevocationCheck::IsLifted(const Question& question, const Head& complete) const {
  const RevocationList& list = complete.list();
  const Certificate& certificate = question.certificate;
  return std::any_of(question.heads.begin(), question.heads.end(), [&](const Head& head) {
    const RevocationList& delta = head.list();
    if (!delta.is_delta() || !delta.number() || !list.number()) return false;
    if (delta.scope() != list.scope() || !HaveSameKey(*head.signer, *complete.signer)) return false;
    if (delta.authority_key_id() != list.authority_key_id()) return false;
    if (*list.number() < *delta.base() || *delta.number() <= *list.number()) return false;
    const std::optional<uint8_t> reason = delta.Find(certificate.issuer(), certificate.serial());
    return reason && *reason == kRemoveFromCrl && !CheckHeld(*head.held);
  });
}

Check RevocationCheck::CheckHead(const Question& question, const Head& head) {
  Check failure = CheckHeld(*head.held);
  if (failure) {
    failure->certificate = &question.certificate;
  } else {
    context_.Until(UsableUntil(head.list(), *context_.bundle().settings.revocation));
  }
  return failure;
}

Check RevocationCheck::CheckHeld(const HeldList& held) const {
  if (held.is_outdated) return Failure{Rule::kCrlSuperseded, nullptr, {}};
  return CheckUsable(*held.list, *context_.bundle().settings.revocation, context_.clock());
}

void RevocationCheck::Note(Question& question, Rank rank, Failure failure) {
  if (question.obstacle && rank <= question.obstacle_rank) return;
  question.obstacle = std::move(failure);
  question.obstacle_rank = rank;
}

}  // namespace pinlatch::tls
