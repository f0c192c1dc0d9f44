// Follows RFC 5280 section 6.3.3, but series by series: of each that speaks for the certificate the
// newest authentic list is looked at, and none may be passed over for being unusable. A complete
// list counts for the reasons that it covers; when all are covered without a hit the certificate is
// good.
#include "trust/revocation_check.h"

#include <algorithm>
#include <utility>

#include "revocation/list_points.h"
#include "revocation/list_series.h"
#include "trust/denial.h"
#include "trust/list_scope.h"

namespace pinlatch::tls {
namespace {

bool IsNamed(const RevocationList& list, const Certificate& certificate) {
  return list.Find(certificate.issuer(), certificate.serial()).has_value();
}

}  // namespace

Failure RevokedFor(const Certificate& certificate, uint8_t reason) {
  return {Rule::kRevoked, &certificate, "reason: " + std::string(ReasonText(reason))};
}

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
  Question question{.certificate = *path[index], .path = path, .index = index};
  Note(question, kRankMissing, {Rule::kCrlMissing, path[index], {}});
  in_progress_.push_back(path[index]);
  Check outcome = FindHeads(question);
  in_progress_.pop_back();
  if (!outcome) outcome = JudgeHeads(question);
  if (outcome) return outcome;
  const bool may_be_unlisted = context_.bundle().settings.revocation->accept_unlisted_issuers;
  const bool is_unlisted = !question.is_listed_issuer && may_be_unlisted;
  if (question.covered == kAllReasons || is_unlisted) return CheckMissing(question);
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

Check RevocationCheck::Consider(Question& question, const HeldList& held, Reasons reasons) {
  const bool is_passed_over =
      std::any_of(question.heads.begin(), question.heads.end(),
                  [&](const Head& head) { return IsPassedOver(head, held, question.certificate); });
  if (is_passed_over) return std::nullopt;
  Signer signer = FindSigner(question, held);
  if (signer.certificate != nullptr) {
    const Reasons told = signer.only_refuses ? Reasons{0} : reasons;
    Enter(question, {&held, signer.certificate, told, signer.is_beside});
  }
  return std::move(signer.undecided);
}

// Whether a list that is superseded, if it is of the same key, is worth a signature check. A list
// that says it is of that key is of this series, or of none; a key identifier is a hint, so one
// that names the certificate is heard all the same.
bool RevocationCheck::IsPassedOver(const Head& head, const HeldList& held,
                                   const Certificate& certificate) {
  if (!Supersedes(head.list(), *held.list)) return false;
  if (!held.signers.empty()) {
    return std::any_of(held.signers.begin(), held.signers.end(), [&](const Certificate* signer) {
      return HaveSameKey(*signer, *head.signer);
    });
  }
  return head.list().authority_key_id() == held.list->authority_key_id() &&
         !IsNamed(*held.list, certificate);
}

// Of two lists that are equally new neither is passed over.
void RevocationCheck::Enter(Question& question, const Head& head) {
  const auto supersedes = [](const Head& a, const Head& b) {
    return Supersedes(a.list(), b.list()) && HaveSameKey(*a.signer, *b.signer);
  };
  std::vector<Head>& heads = question.heads;
  const bool is_superseded = std::any_of(
      heads.begin(), heads.end(), [&](const Head& other) { return supersedes(other, head); });
  if (is_superseded) return;
  std::erase_if(heads, [&](const Head& other) { return supersedes(head, other); });
  heads.push_back(head);
}

// That a certificate is revoked is told before that a list cannot be used.
Check RevocationCheck::JudgeHeads(Question& question) {
  Check worst;
  for (const Head& head : question.heads) {
    Check failure =
        head.list().is_delta() ? JudgeDelta(question, head) : JudgeComplete(question, head);
    if (!failure || (failure->rule != Rule::kRevoked && !Binds(question, head))) continue;
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

// A list that names the certificate, or that cannot be read and perhaps does, is enough.
bool RevocationCheck::Binds(const Question& question, const Head& head) const {
  const RevocationList& list = head.list();
  if (IsNamed(list, question.certificate) || !list.defect().empty()) return true;
  if (question.is_anchor)
    return head.reasons != 0 && !HaveSameKey(*head.signer, question.certificate);
  return !head.is_beside || !IsOvertaken(question, head);
}

// As where the list is missing (CheckMissing): the last list of a key that was renewed falls due,
// and must not keep out the clients of the new one.
bool RevocationCheck::IsOvertaken(const Question& question, const Head& head) const {
  Reasons told = 0;
  for (const Head& other : question.heads) {
    const bool is_later = other.list().this_update() > head.list().this_update();
    if (other.list().is_delta() || !is_later || CheckHeld(question, other)) continue;
    told = static_cast<Reasons>(told | other.reasons);
  }
  return (head.reasons & ~told) == 0;
}

Check RevocationCheck::CheckHead(const Question& question, const Head& head) {
  Check failure = CheckHeld(question, head);
  if (failure) {
    failure->certificate = &question.certificate;
  } else if (!IsBuiltUpon(question, head)) {
    context_.Until(UsableUntil(head.list(), *context_.bundle().settings.revocation));
  }
  return failure;
}

// A delta list that a newer one builds on is a part of what that one tells: whether there is
// something newer is asked of the last.
Check RevocationCheck::CheckHeld(const Question& question, const Head& head) const {
  const snapshot::Revocation& settings = *context_.bundle().settings.revocation;
  if (IsBuiltUpon(question, head)) return CheckSound(head.list(), settings, context_.clock());
  if (head.held->IsOutdated(*head.signer)) return Failure{Rule::kCrlSuperseded, nullptr, {}};
  return CheckUsable(head.list(), settings, context_.clock());
}

void RevocationCheck::Note(Question& question, Rank rank, Failure failure) {
  if (question.obstacle && rank <= question.obstacle_rank) return;
  question.obstacle = std::move(failure);
  question.obstacle_rank = rank;
}

}  // namespace pinlatch::tls
