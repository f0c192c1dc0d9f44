// Searches depth first. Only certificates from which names lead to the target are considered; among
// them those nearest to the target, not contradicted by key identifiers, and fit to stand there
// come first: a signature check is dear, and wrong ones are few.
#include "trust/path_search.h"

#include <algorithm>
#include <limits>

#include "trust/certificate_rules.h"
#include "trust/name_rules.h"
#include "trust/revocation_check.h"

namespace pinlatch::tls {
namespace {

constexpr uint32_t kNoRank = std::numeric_limits<uint32_t>::max();

bool SameBytes(ByteSpan a, ByteSpan b) { return AsText(a) == AsText(b); }

// What a certificate says of itself that would fail it. It is told only of one that is authentic;
// until then it only means that others are tried before.
bool IsUnfit(const Certificate& certificate, bool is_target, ClockReading clock) {
  if (!clock.HasBegun(certificate.not_before()) || clock.HasEnded(certificate.not_after()))
    return true;
  return !is_target && (!certificate.extensions().is_ca || !certificate.HasUsage(kKeyCertSign));
}

}  // namespace

PathSearch::PathSearch(VerifyContext& context, const PathQuery& query)
    : context_(context), query_(query), failure_rank_(kNoRank) {
  FindNodes();
}

// Walks the names upwards from the target. What it leaves out cannot be part of any path.
void PathSearch::FindNodes() {
  nodes_.reserve(context_.presented().size() + 1);  // they stay where they are
  nodes_.push_back({&query_.target, 0, 0});
  for (size_t i = 0; i < nodes_.size(); ++i) AddNodesAbove(nodes_[i]);
}

void PathSearch::AddNodesAbove(const Node& node) {
  const uint32_t distance = node.distance + 1;
  const std::string& issuer = node.certificate->issuer();
  for (const std::unique_ptr<const Certificate>& candidate : context_.presented()) {
    if (candidate->subject() != issuer) continue;
    const uint32_t doubts = node.doubts + (HintsDisagree(*node.certificate, *candidate) ? 1 : 0);
    if (Node* known = FindNode(*candidate)) {
      if (known->distance == distance) known->doubts = std::min(known->doubts, doubts);
    } else {
      nodes_.push_back({candidate.get(), distance, doubts});
    }
  }
}

PathSearch::Node* PathSearch::FindNode(const Certificate& certificate) {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&](const Node& node) {
    return SameBytes(node.certificate->der(), certificate.der());
  });
  return found == nodes_.end() ? nullptr : &*found;
}

PathSearch::Step PathSearch::MakeStep(const Certificate& issuer, const Node& child) const {
  constexpr uint32_t kMostDoubts = 7;
  const uint32_t doubts = child.doubts + (HintsDisagree(*child.certificate, issuer) ? 1 : 0);
  const bool is_unfit = IsUnfit(*child.certificate, child.distance == 0, context_.clock());
  return {&issuer, &child,
          child.distance * 16 + std::min(doubts, kMostDoubts) * 2 + (is_unfit ? 1 : 0)};
}

// Keeps steps in order of rank, equal ones in the order that they came in.
void PathSearch::Insert(const Step& step, std::vector<Step>& steps) {
  const auto place = std::upper_bound(steps.begin(), steps.end(), step,
                                      [](const Step& a, const Step& b) { return a.rank < b.rank; });
  steps.insert(place, step);
}

std::vector<PathSearch::Step> PathSearch::StepsFromAnchors() const {
  std::vector<Step> steps;
  for (const Node& node : nodes_) {
    const auto [first, last] =
        context_.bundle().anchors_by_subject.equal_range(node.certificate->issuer());
    for (auto anchor = first; anchor != last; ++anchor) {
      if (!Counts(*anchor->second)) continue;
      Insert(MakeStep(*anchor->second, node), steps);
    }
  }
  return steps;
}

std::vector<PathSearch::Step> PathSearch::StepsFrom(const Certificate& issuer) const {
  std::vector<Step> steps;
  for (const Node& node : nodes_) {
    if (node.certificate->issuer() == issuer.subject()) Insert(MakeStep(issuer, node), steps);
  }
  return steps;
}

std::optional<Path> PathSearch::Run(const Accept& accept) {
  accept_ = &accept;
  const auto [first, last] =
      context_.bundle().anchors_by_subject.equal_range(query_.target.subject());
  for (auto anchor = first; anchor != last; ++anchor) {
    if (!Counts(*anchor->second)) continue;
    if (!SameBytes(anchor->second->der(), query_.target.der())) continue;
    // The target is in the bundle itself: nothing has to vouch for it.
    path_ = {anchor->second};
    if (Check failure = CheckTarget(*anchor->second)) {
      Note(std::move(*failure), 0);
    } else if (Complete()) {
      return path_;
    }
  }
  for (const Step& step : StepsFromAnchors()) {
    if (TryAnchor(step)) return path_;
    if (is_exhausted_) break;
  }
  if (failure_rank_ == kNoRank) NoteUnknownIssuer();
  return std::nullopt;
}

// A list's signer, of which no purpose is asked, is nobody that a list is asked about by itself.
Check PathSearch::CheckTarget(const Certificate& anchor) {
  PINLATCH_HOLD(CheckCertificate(query_.target, context_.clock(), context_.limits().min_rsa_bits));
  return RevocationCheck(context_).CheckAnchor(anchor, query_.purpose.has_value());
}

bool PathSearch::TryAnchor(const Step& step) {
  const Certificate& anchor = *step.issuer;
  Check failure = CheckCertificate(anchor, context_.clock(), context_.limits().min_rsa_bits);
  if (!failure) failure = CheckIssuer(anchor, true);
  if (!failure) failure = RevocationCheck(context_).CheckAnchor(anchor, false);
  if (failure) {
    Note(std::move(*failure), step.child->distance + 1);
    return false;
  }
  path_ = {&anchor};
  return Descend(*step.child, anchor.extensions().path_length.value_or(kNoRank));
}

// Tries `node` as the next certificate below the path so far, of which at most `length_left` more
// may be CAs that are not self-issued.
bool PathSearch::Descend(const Node& node, uint32_t length_left) {
  if (is_exhausted_ || (node.distance != 0 && IsOnPath(*node.certificate))) return false;
  if (context_.limits().max_search_steps == 0) {
    Note({Rule::kSearchLimit, node.certificate, {}}, 0);
    return false;
  }
  --context_.limits().max_search_steps;
  if (Check failure = CheckNode(node, length_left)) {
    Note(std::move(*failure), node.distance);
    return false;
  }
  path_.push_back(node.certificate);
  if (node.distance == 0) {
    if (Complete()) return true;
  } else {
    if (!node.certificate->is_self_issued()) --length_left;
    const uint32_t own = node.certificate->extensions().path_length.value_or(kNoRank);
    if (DescendFrom(*node.certificate, std::min(length_left, own))) return true;
  }
  path_.pop_back();
  return false;
}

bool PathSearch::DescendFrom(const Certificate& issuer, uint32_t length_left) {
  for (const Step& step : StepsFrom(issuer)) {
    if (Descend(*step.child, length_left)) return true;
    if (is_exhausted_) return false;
  }
  return false;
}

bool PathSearch::Complete() {
  Check failure = (*accept_)(path_);
  if (failure) Note(std::move(*failure), 0);
  return !failure;
}

Check PathSearch::CheckNode(const Node& node, uint32_t length_left) {
  const Certificate& certificate = *node.certificate;
  PINLATCH_HOLD(context_.CheckSignature(certificate, *path_.back()));
  PINLATCH_HOLD(CheckCertificate(certificate, context_.clock(), context_.limits().min_rsa_bits));
  const bool is_target = node.distance == 0;
  PINLATCH_HOLD(CheckNames(certificate, is_target, path_, context_.limits().max_name_comparisons));
  if (is_target) return std::nullopt;
  PINLATCH_HOLD(CheckIssuer(certificate, false));
  if (length_left == 0 && !certificate.is_self_issued())
    return Failure{Rule::kPathLength, &certificate, {}};
  // path_ holds the anchor and the intermediates so far; this would be one more.
  if (path_.size() > context_.limits().max_depth)
    return Failure{Rule::kPathDepth, &certificate, {}};
  return std::nullopt;
}

// Tools of Microsoft and OpenSSL mean what is below example.com by the constraint ".example.com".
// RFC 5280 section 4.2.1.10 knows no such form, and whoever guesses may admit another host.
Check PathSearch::CheckIssuer(const Certificate& certificate, bool is_anchor) const {
  PINLATCH_HOLD(CheckAuthority(certificate, query_.purpose, is_anchor));
  const std::optional<NameConstraints>& constraints = certificate.extensions().name_constraints;
  if (constraints && constraints->has_leading_dot) {
    return Failure{Rule::kNameConstraintUnsupported, &certificate,
                   "a DNS name constraint begins with a dot, which the RFC does not allow"};
  }
  return std::nullopt;
}

// The same CA twice, under any of its certificates, leads nowhere that a shorter path does not (RFC
// 4158 section 2.4.2).
bool PathSearch::IsOnPath(const Certificate& certificate) const {
  return std::any_of(path_.begin(), path_.end(), [&](const Certificate* other) {
    return other->subject() == certificate.subject() &&
           SameBytes(other->key_info(), certificate.key_info());
  });
}

// Keeps the failure that is nearest to the target. A signature that does not verify mostly means
// that this was the wrong candidate, so at equal distance it gives way to any other failure, last
// that candidates were passed over after several wrong ones; a limit says that the search ended
// before everything was tried, and stays.
void PathSearch::Note(Failure failure, uint32_t distance) {
  if (is_exhausted_) return;
  is_exhausted_ = IsLimit(failure.rule) || context_.cut_short();
  const bool is_signature = failure.rule == Rule::kSignature || failure.rule == Rule::kOtherKey;
  const bool is_passed_over = failure.rule == Rule::kFalseSignatures;
  const uint32_t rank = distance * 3 + (is_signature ? 2 : is_passed_over ? 1 : 0);
  if (rank >= failure_rank_ && !is_exhausted_) return;
  failure_rank_ = rank;
  failure_ = std::move(failure);
}

void PathSearch::NoteUnknownIssuer() {
  const auto& unusable = context_.bundle().left_out_reasons;
  for (const Node& node : nodes_) {
    const auto issuer = unusable.find(node.certificate->issuer());
    if (issuer == unusable.end()) continue;
    failure_ = {Rule::kUnusableIssuer, node.certificate, issuer->second};
    return;
  }
  const Certificate& top = *nodes_.back().certificate;
  failure_ = {top.is_self_issued() ? Rule::kUntrustedSelfSigned : Rule::kUnknownIssuer, &top, {}};
}

}  // namespace pinlatch::tls
