// The part of RevocationCheck that asks after lists which served before and are in none of the
// files any more: neither an older delta list nor a list of another scope brings back whom they
// revoked.
#include <algorithm>
#include <memory>
#include <string>

#include "revocation/list_points.h"
#include "revocation/list_series.h"
#include "trust/list_memory.h"
#include "trust/revocation_check.h"

namespace pinlatch::tls {
namespace {

// Numbers of different series need not compare; within one second nothing else tells which list
// knows more.
bool IsIssuedAfter(const RevocationList& list, const RememberedSeries& series) {
  const UnixSeconds before = series.mark.age.this_update;
  return list.this_update() == before ? series.IsAsFar(AgeOf(list)) : list.this_update() > before;
}

}  // namespace

Check RevocationCheck::CheckMissing(const Question& question) const {
  const std::vector<RememberedSeries>& missing = context_.bundle().missing;
  if (missing.empty()) return std::nullopt;
  const Certificate& certificate = question.certificate;
  const std::vector<DistributionPoint> points = PointsOf(certificate);
  for (const RememberedSeries& series : missing) {
    const Reasons reasons = ReasonsFor(series.issuer, series.scope, certificate, points);
    if (reasons == 0 || !MayBeJudgedBy(question, series)) continue;
    if (IsSucceeded(question, series, reasons)) continue;
    return Failure{Rule::kCrlSuperseded, &certificate,
                   ListText(series.mark) + ", was in use before and is now in none of the files"};
  }
  return std::nullopt;
}

bool RevocationCheck::MayBeJudgedBy(const Question& question,
                                    const RememberedSeries& series) const {
  const auto is_signer = [&](const Certificate& candidate) {
    return &candidate != &question.certificate && candidate.subject() == series.issuer &&
           SignerKey(candidate) == series.mark.key;
  };
  const auto above = question.path.begin() + static_cast<ptrdiff_t>(question.index);
  if (std::any_of(question.path.begin(), above, [&](const auto* one) { return is_signer(*one); }))
    return true;
  const auto& presented = context_.presented();
  if (!question.is_anchor && std::any_of(presented.begin(), presented.end(),
                                         [&](const auto& one) { return is_signer(*one); }))
    return true;
  const auto [first, last] = context_.bundle().anchors_by_subject.equal_range(series.issuer);
  return std::any_of(first, last, [&](const auto& anchor) { return is_signer(*anchor.second); });
}

// By one of the series itself that is as far; or by complete lists, of another scope or key, that
// were issued after it.
bool RevocationCheck::IsSucceeded(const Question& question, const RememberedSeries& series,
                                  Reasons reasons) {
  Reasons told = 0;
  for (const Head& head : question.heads) {
    const RevocationList& list = head.list();
    const bool is_own = list.issuer() == series.issuer && list.scope() == series.scope &&
                        SignerKey(*head.signer) == series.mark.key;
    const bool may_succeed = !list.is_delta() || (is_own && series.mark.is_delta);
    if (!may_succeed) continue;
    if (is_own && series.IsAsFar(AgeOf(list))) return true;
    if (!is_own && IsIssuedAfter(list, series)) told = static_cast<Reasons>(told | head.reasons);
  }
  return (reasons & ~told) == 0;
}

}  // namespace pinlatch::tls
