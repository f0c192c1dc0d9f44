// The part of RevocationCheck that says what delta lists add to a complete one, and what is in none
// of them (RFC 5280 sections 5.2.4 and 6.3.3 (c), (h), (i) and (k)).
#include <algorithm>
#include <string>

#include "revocation/list_series.h"
#include "trust/revocation_check.h"

namespace pinlatch::tls {
namespace {

std::string MissingText(const ListNumber& base, const std::optional<ListNumber>& reach) {
  const std::string there =
      reach ? "the lists before it end with number " + reach->ToString()
            : "there is no complete list, with a number, of its issuer, key and scope";
  return "a delta list builds on number " + base.ToString() + ", and " + there;
}

}  // namespace

bool RevocationCheck::AreRelated(const Head& a, const Head& b) {
  return a.list().issuer() == b.list().issuer() && a.list().scope() == b.list().scope() &&
         HaveSameKey(*a.signer, *b.signer);
}

std::optional<ListNumber> RevocationCheck::ReachOf(const Question& question, const Head& delta) {
  std::optional<ListNumber> reach;
  for (const Head& head : question.heads) {
    if (!head.list().is_delta() && AreRelated(head, delta))
      reach = std::max(reach, head.list().number());
  }
  bool has_grown = reach.has_value();
  while (has_grown) {
    has_grown = false;
    for (const Head& head : question.heads) {
      const RevocationList& list = head.list();
      if (!list.is_delta() || !list.number() || !AreRelated(head, delta)) continue;
      if (*list.base() > *reach || *list.number() <= *reach) continue;
      reach = list.number();
      has_grown = true;
    }
  }
  return reach;
}

bool RevocationCheck::IsBuiltUpon(const Question& question, const Head& head) {
  const RevocationList& list = head.list();
  if (!list.is_delta() || !list.number()) return false;
  return std::any_of(question.heads.begin(), question.heads.end(), [&](const Head& other) {
    return other.list().is_delta() && AreRelated(other, head) && IsNewer(other.list(), list) &&
           *other.list().base() <= *list.number();
  });
}

RevocationCheck::DeltaRelation RevocationCheck::RelationOf(const Question& question,
                                                           const Head& delta) {
  DeltaRelation relation = DeltaRelation::kNewer;
  for (const Head& head : question.heads) {
    if (head.list().is_delta() || !AreRelated(head, delta)) continue;
    if (IsNewer(head.list(), delta.list())) return DeltaRelation::kSuperseded;
    if (!IsNewer(delta.list(), head.list())) relation = DeltaRelation::kContained;
  }
  return relation;
}

// What a delta list has to say is also in a complete list that is as new; any other knows more than
// the complete one, which then is not enough any more.
Check RevocationCheck::JudgeDelta(const Question& question, const Head& head) {
  const DeltaRelation relation = RelationOf(question, head);
  if (relation == DeltaRelation::kSuperseded) return std::nullopt;
  const Certificate& certificate = question.certificate;
  const std::optional<uint8_t> reason =
      head.list().Find(certificate.issuer(), certificate.serial());
  if (reason && *reason != kRemoveFromCrl && !IsLifted(question, head))
    return RevokedFor(certificate, *reason);
  return relation == DeltaRelation::kContained ? std::nullopt : CheckDelta(question, head);
}

Check RevocationCheck::CheckDelta(const Question& question, const Head& head) {
  PINLATCH_HOLD(CheckHead(question, head));
  const ListNumber& base = *head.list().base();
  const std::optional<ListNumber> reach = ReachOf(question, head);
  if (reach && base <= *reach) return std::nullopt;
  return Failure{Rule::kCrlBase, &question.certificate, MissingText(base, reach)};
}

// By a delta list of the same scope and key that is newer, and that tells all changes since the
// complete one, by itself or with those that it builds on.
bool RevocationCheck::IsLifted(const Question& question, const Head& named) const {
  const RevocationList& list = named.list();
  const Certificate& certificate = question.certificate;
  return std::any_of(question.heads.begin(), question.heads.end(), [&](const Head& head) {
    const RevocationList& delta = head.list();
    if (!delta.is_delta() || !delta.number() || !list.number()) return false;
    if (!AreRelated(head, named) || *delta.number() <= *list.number()) return false;
    if (delta.authority_key_id() != list.authority_key_id()) return false;
    const std::optional<ListNumber> reach = ReachOf(question, head);
    if (!reach || *reach < *delta.base()) return false;
    const std::optional<uint8_t> reason = delta.Find(certificate.issuer(), certificate.serial());
    return reason && *reason == kRemoveFromCrl && !CheckHeld(question, head);
  });
}

}  // namespace pinlatch::tls
