// Follows RFC 5280 section 6.3.3 point by point, list by list. A list counts for the reasons that
// it covers; when all are covered without a hit the certificate is good.
#include "tls/revocation_check.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tls/certificate_rules.h"
#include "tls/denial.h"
#include "tls/list_scope.h"
#include "tls/path_search.h"

namespace pinlatch::tls {
namespace {

// How deep a list's signer may need other lists to be believed itself.
constexpr size_t kMaxNesting = 3;

// Ranks of obstacles: what came nearest to an answer is told.
enum : int { kRankMissing, kRankScope, kRankUnusable, kRankSignature, kRankSigner, kRankLimit };

bool Intersects(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& key) {
    return std::find(b.begin(), b.end(), key) != b.end();
  });
}

// RFC 5280 section 6.3.3 (b): whether the list is about this certificate and this distribution
// point.
bool CoversPoint(const RevocationList& list, const Certificate& certificate,
                 const DistributionPoint& point) {
  const ListScope& scope = list.scope();
  if (point.crl_issuers.empty()) {
    if (list.issuer() != certificate.issuer()) return false;
  } else {
    const auto& issuers = point.crl_issuers;
    const bool named = std::find(issuers.begin(), issuers.end(), list.issuer()) != issuers.end();
    if (!named || (!scope.is_indirect && list.issuer() != certificate.issuer())) return false;
  }
  if (scope.attributes_only) return false;
  if (scope.users_only && certificate.extensions().is_ca) return false;
  if (scope.authorities_only && !certificate.extensions().is_ca) return false;
  if (scope.name.empty()) return true;
  std::vector<std::string> wanted = point.name.KeysFor(list.issuer());
  if (point.name.empty()) {
    wanted.clear();
    for (const std::string& issuer : point.crl_issuers) wanted.push_back(DirectoryKey(issuer));
  }
  return Intersects(scope.name.KeysFor(list.issuer()), wanted);
}

std::vector<DistributionPoint> PointsOf(const Certificate& certificate) {
  std::vector<DistributionPoint> points = certificate.extensions().distribution_points;
  // Lists that no point names but that the issuer published (RFC 5280 section 6.3.3, last
  // paragraph).
  DistributionPoint implied;
  implied.name.full = {DirectoryKey(certificate.issuer())};
  points.push_back(std::move(implied));
  return points;
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
  Question question{*path[index], path, index, 0, false, std::nullopt, 0};
  Note(question, kRankMissing, {Rule::kCrlMissing, path[index], {}});
  in_progress_.push_back(path[index]);
  Check outcome;
  for (const DistributionPoint& point : PointsOf(*path[index])) {
    outcome = CheckPoint(question, point);
    if (outcome || question.covered == kAllReasons) break;
  }
  in_progress_.pop_back();
  if (outcome || question.covered == kAllReasons) return outcome;
  const bool may_be_unlisted = context_.bundle().settings.revocation->accept_unlisted_issuers;
  if (!question.is_listed_issuer && may_be_unlisted) return std::nullopt;
  return std::move(question.obstacle);
}

Check RevocationCheck::CheckPoint(Question& question, const DistributionPoint& point) {
  std::vector<std::string> issuers = point.crl_issuers;
  if (issuers.empty()) issuers.push_back(question.certificate.issuer());
  for (const std::string& issuer : issuers) {
    const auto found = context_.bundle().lists_by_issuer.find(issuer);
    if (found == context_.bundle().lists_by_issuer.end()) continue;
    question.is_listed_issuer = true;
    for (const HeldList* held : found->second) {
      if (held->list->is_delta()) continue;
      PINLATCH_HOLD(CheckList(question, point, *held));
      if (question.covered == kAllReasons) return std::nullopt;
    }
  }
  return std::nullopt;
}

Check RevocationCheck::CheckList(Question& question, const DistributionPoint& point,
                                 const HeldList& held) {
  const RevocationList& list = *held.list;
  if (!CoversPoint(list, question.certificate, point)) {
    Note(question, kRankScope, {Rule::kCrlScope, &question.certificate, {}});
    return std::nullopt;
  }
  const auto reasons = static_cast<Reasons>(point.reasons & list.scope().reasons);
  if ((reasons & ~question.covered) == 0) return std::nullopt;
  if (Check unusable = CheckUsable(question.certificate, list)) {
    Note(question, kRankUnusable, std::move(*unusable));
    return std::nullopt;
  }
  const Certificate* signer = FindSigner(question, held);
  if (signer == nullptr) return std::nullopt;
  if (const std::optional<uint8_t> reason = StatusOf(question, held, *signer)) {
    return Failure{Rule::kRevoked, &question.certificate,
                   "reason: " + std::string(ReasonText(*reason))};
  }
  question.covered = static_cast<Reasons>(question.covered | reasons);
  context_.Until(UsableUntil(list, *context_.bundle().settings.revocation));
  if (question.covered != kAllReasons) {
    Note(question, kRankScope,
         {Rule::kCrlScope, &question.certificate, "the lists do not cover all reasons"});
  }
  return std::nullopt;
}

Check RevocationCheck::CheckUsable(const Certificate& certificate,
                                   const RevocationList& list) const {
  const snapshot::Revocation& settings = *context_.bundle().settings.revocation;
  if (!list.unknown_critical().empty()) {
    return Failure{Rule::kCrlCriticalExtension, &certificate,
                   "extension " + list.unknown_critical()};
  }
  if (!list.number() && !settings.accept_unnumbered)
    return Failure{Rule::kCrlNumber, &certificate, {}};
  if (context_.now() < list.this_update()) {
    return Failure{
        Rule::kCrlNotYetValid, &certificate,
        "issued " + TimeText(list.this_update()) + ", and now is " + TimeText(context_.now())};
  }
  if (context_.now() > UsableUntil(list, settings)) {
    const std::string due = list.next_update() ? TimeText(*list.next_update()) : "never, it says";
    return Failure{Rule::kCrlStale, &certificate,
                   "next due " + due + ", and now is " + TimeText(context_.now())};
  }
  return std::nullopt;
}

const Certificate* RevocationCheck::FindSigner(Question& question, const HeldList& held) {
  std::vector<const Certificate*> candidates =
      SignerCandidates(context_, question.path, question.index, *held.list);
  if (candidates.empty())
    Note(question, kRankSignature, {Rule::kCrlSigner, &question.certificate, {}});
  for (const Certificate* candidate : candidates) {
    if (!MaySignLists(*candidate)) {
      Note(question, kRankSignature,
           {Rule::kCrlSigner, &question.certificate, "its signer lacks cRLSign"});
      continue;
    }
    if (Check failure = context_.CheckListSignature(held, *candidate)) {
      const bool is_limit = failure->rule == Rule::kSignatureLimit;
      failure->certificate = &question.certificate;
      Note(question, is_limit ? kRankLimit : kRankSignature, std::move(*failure));
      continue;
    }
    Check failure = CheckSigner(question, *candidate);
    if (!failure) return candidate;
    Note(question, kRankSigner,
         {Rule::kCrlSigner, &question.certificate, std::move(failure->detail)});
  }
  return nullptr;
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
  return Failure{
      Rule::kCrlSigner, &question.certificate,
      "the path to its signer fails: " + std::string(FactsOf(search.failure().rule).name)};
}

bool RevocationCheck::IsInProgress(const Path& path) const {
  return std::any_of(path.begin(), path.end(), [&](const Certificate* certificate) {
    return std::any_of(in_progress_.begin(), in_progress_.end(), [&](const Certificate* other) {
      return AsText(other->der()) == AsText(certificate->der());
    });
  });
}

// RFC 5280 section 6.3.3 (i) to (k): the delta list first, then the complete one. Only a delta list
// that is itself current may lift a hold.
std::optional<uint8_t> RevocationCheck::StatusOf(const Question& question, const HeldList& complete,
                                                 const Certificate& signer) {
  const Certificate& certificate = question.certificate;
  if (const HeldList* delta = FindDelta(complete, signer)) {
    const std::optional<uint8_t> reason =
        delta->list->Find(certificate.issuer(), certificate.serial());
    if (reason && *reason != kRemoveFromCrl) return reason;
    if (reason && !CheckUsable(certificate, *delta->list)) return std::nullopt;
  }
  return complete.list->Find(certificate.issuer(), certificate.serial());
}

// RFC 5280 section 6.3.3 (c) and (h): same issuer, same scope, built on a list no newer than this
// one, newer than it, signed with the same key. Lists lie newest first.
const HeldList* RevocationCheck::FindDelta(const HeldList& complete, const Certificate& signer) {
  const RevocationList& list = *complete.list;
  for (const HeldList* held : context_.bundle().lists_by_issuer.at(list.issuer())) {
    const RevocationList& delta = *held->list;
    if (!delta.is_delta() || !delta.number() || !list.number()) continue;
    if (delta.scope() != list.scope() || delta.authority_key_id() != list.authority_key_id())
      continue;
    if (*list.number() < *delta.base() || *delta.number() <= *list.number()) continue;
    if (!delta.unknown_critical().empty() || context_.now() < delta.this_update()) continue;
    if (!context_.CheckListSignature(*held, signer)) return held;
  }
  return nullptr;
}

void RevocationCheck::Note(Question& question, int rank, Failure failure) {
  if (question.obstacle && rank <= question.obstacle_rank) return;
  question.obstacle = std::move(failure);
  question.obstacle_rank = rank;
}

}  // namespace pinlatch::tls
