// Puts a verification together: count, parse, search, and say why not. The order of checks on a
// complete path is that of their cost.
#include "trust/verifier.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/constant_time.h"
#include "base/cut_text.h"
#include "identity/describe.h"
#include "trust/certificate_rules.h"
#include "trust/list_scope.h"
#include "trust/path_search.h"
#include "trust/policy_rules.h"
#include "trust/revocation_check.h"
#include "x509/subject_text.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxText = 512;

// A peer chooses its names; it does not choose how long a refusal is.
std::string Bounded(std::string_view text) { return CutText(text, kMaxText); }

std::string IssuerText(const Certificate* certificate) {
  const auto described = identity::DescribeStranger(certificate->der());
  return described.ok() && !described->issuer.empty() ? Bounded(described->issuer)
                                                      : std::string("nobody");
}

Verdict Refuse(const Failure& failure) {
  const RuleFacts& facts = FactsOf(failure.rule);
  Refusal refusal;
  refusal.code = facts.code;
  refusal.rule = facts.name;
  refusal.section = facts.section;
  if (failure.certificate != nullptr)
    refusal.certificate = Bounded(SubjectText(*failure.certificate));
  refusal.detail = failure.detail;
  refusal.remedy = facts.remedy;
  const std::string& detail = failure.detail;
  if (failure.rule == Rule::kUnknownIssuer) {
    refusal.detail +=
        (detail.empty() ? "issued by " : "; issued by ") + IssuerText(failure.certificate);
  } else if (failure.rule == Rule::kUnusableIssuer) {
    refusal.detail = "issued by " + IssuerText(failure.certificate) +
                     ", which is in the trust bundle but cannot be used: " + detail;
  }
  return {std::move(refusal), {}, 0, {}};
}

// IsIssuedByAnchor says whether the bundle has another CA by the name that issued the anchor.
bool IsIssuedByAnchor(const VerifyContext& context, const Certificate& anchor) {
  return !anchor.is_self_issued() && context.bundle().anchors_by_subject.contains(anchor.issuer());
}

// Of a leaf that is not read its name may be legible all the same.
Verdict RefuseUnread(const Failure& failure, std::span<const ByteSpan> chain) {
  Verdict verdict = Refuse(failure);
  if (!chain.empty()) verdict.refusal->certificate = Bounded(SubjectTextOf(chain.front()));
  return verdict;
}

Verdict Accept(const VerifyContext& context, const Path& path) {
  Verdict verdict;
  verdict.valid_until = context.valid_until();
  for (auto certificate = path.rbegin(); certificate != path.rend(); ++certificate) {
    verdict.path.push_back((*certificate)->der());
    verdict.valid_until = std::min(verdict.valid_until, (*certificate)->not_after());
  }
  verdict.policies = ValidPolicies(path, IsIssuedByAnchor(context, *path.front()));
  return verdict;
}

// The verdict holds no longer than the pins that it rests on. For a leaf that is pinned: who it is
// may be told.
void EndWithPins(VerifyContext& context, const Digest& fingerprint) {
  for (const snapshot::Anchor& pin : context.bundle().settings.pinned) {
    const bool counts = pin.period.HasEnd() && pin.period.Contains(context.clock());
    if (counts && ConstantTimeEqual(pin.sha256, fingerprint.span()) != 0) {
      context.Until(pin.period.until - 1);
    }
  }
}

// Trust rule 1: in a self-signed bundle the whole-certificate pin is the anchor. What the
// certificate says of its issuer is of no account, but its validity, key and purpose hold.
Check CheckPinned(VerifyContext& context, const Certificate& leaf) {
  const std::optional<Digest> fingerprint = HashOf(Hash::kSha256, leaf.der());
  uint32_t hits = 0;
  uint32_t outside = 0;
  for (const snapshot::Anchor& pin : context.bundle().settings.pinned) {
    const uint32_t hit = fingerprint ? ConstantTimeEqual(pin.sha256, fingerprint->span()) : 0;
    const uint32_t counts = pin.period.Mask(context.clock());
    hits |= hit & counts;
    outside |= hit & (counts ^ 1U);
  }
  if (hits == 0) {
    return Failure{Rule::kNotPinned, &leaf,
                   outside == 0 ? "" : "it is pinned, but the pin is not in force now"};
  }
  EndWithPins(context, *fingerprint);
  PINLATCH_HOLD(CheckCertificate(leaf, context.clock(), context.limits().min_rsa_bits));
  PINLATCH_HOLD(CheckEndEntity(leaf, context.purpose()));
  return CheckDenied(context, {&leaf});
}

}  // namespace

std::string Refusal::ToString() const {
  std::string text = rule + " (" + section + ")";
  if (!certificate.empty()) text += ": " + certificate;
  if (!detail.empty()) text += ": " + detail;
  return text + ". " + remedy;
}

Verdict Verify(const VerifyRequest& request) { return Verification(request).Finish(); }

Verification::Verification(const VerifyRequest& request)
    : request_(request), context_(std::make_unique<VerifyContext>(request_)) {}
Verification::~Verification() = default;

size_t Verification::signature_checks() const { return context_->signature_checks(); }

Verdict Verification::Finish() {
  return *Pass(std::numeric_limits<uint32_t>::max());  // which no pass is cut short by
}

std::optional<Verdict> Verification::Pass(uint32_t most_checks) {
  if (leaf_ == nullptr) {
    if (const Check failure = ReadChain()) return RefuseUnread(*failure, request_.chain);
  }
  context_->BeginPass(most_checks);
  if (context_->bundle().settings.self_signed) {
    const Check failure = CheckPinned(*context_, *leaf_);
    return failure ? Refuse(*failure) : Accept(*context_, {leaf_});
  }
  return SearchPath();
}

// What was presented is counted before any of it is read. Certificates besides the leaf that cannot
// be read are passed over: they cannot be part of a path, and peers do send them.
Check Verification::ReadChain() {
  if (request_.chain.empty()) return Failure{Rule::kNoCertificate, nullptr, {}};
  if (request_.chain.size() > context_->limits().max_certificates) {
    return Failure{Rule::kCertificateLimit, nullptr,
                   std::to_string(request_.chain.size()) + " were presented"};
  }
  auto leaf = Certificate::Parse(request_.chain.front());
  if (!leaf.ok()) return Failure{Rule::kMalformed, nullptr, leaf.error().detail};
  leaf_ = &context_->AddPresented(std::move(leaf).value());
  for (const ByteSpan der : request_.chain.subspan(1)) {
    auto parsed = Certificate::Parse(der);
    if (parsed.ok()) {
      context_->AddPresented(std::move(parsed).value());
    } else if (unreadable_++ == 0) {
      first_fault_ = std::move(parsed).error().detail;
    }
  }
  return std::nullopt;
}

std::optional<Verdict> Verification::SearchPath() {
  VerifyContext& context = *context_;
  PathSearch search(context, {*leaf_, context.purpose()});
  RevocationCheck revocation(context);
  const std::optional<Path> path = search.Run([&](const Path& candidate) -> Check {
    PINLATCH_HOLD(CheckEndEntity(*leaf_, context.purpose()));
    PINLATCH_HOLD(CheckDenied(context, candidate));
    PINLATCH_HOLD(CheckPolicies(candidate));
    return revocation.CheckPath(candidate);
  });
  if (context.cut_short()) return std::nullopt;  // whatever it came to
  if (path) return Accept(context, *path);
  Failure failure = search.failure();
  if (unreadable_ != 0 && failure.rule == Rule::kUnknownIssuer) {
    failure.detail = std::to_string(unreadable_) +
                     " of the other certificates presented cannot be read (" + first_fault_ + ")";
  }
  return Refuse(failure);
}

}  // namespace pinlatch::tls
