// See judge_chain.h.
#include "verdict/judge_chain.h"

#include <algorithm>
#include <span>
#include <utility>

#include "identity/describe.h"
#include "trust/verifier.h"
#include "trust/verify_limits.h"

namespace pinlatch::tls {
namespace {

using Identity = std::shared_ptr<const identity::PeerIdentity>;

size_t SizeOf(const std::vector<ByteSpan>& chain) {
  size_t size = 0;
  for (const ByteSpan certificate : chain) size += certificate.size();
  return size;
}

constexpr size_t kNumber = sizeof(uint32_t);

void AppendNumber(std::vector<uint8_t>& into, size_t number) {
  for (size_t i = 0; i < kNumber; ++i) into.push_back(static_cast<uint8_t>(number >> (8 * i)));
}

std::optional<identity::Sha256> HashIfRemembered(const std::vector<ByteSpan>& chain) {
  if (SizeOf(chain) > kMostRememberedChain) return std::nullopt;
  return HashOfChain(chain);
}

Result<Identity> DescribeChain(const std::vector<ByteSpan>& chain, const Verdict& verdict,
                               VerdictCache& verdicts) {
  PINLATCH_ASSIGN(identity::PeerIdentity described, identity::Describe(chain.front()));
  for (const ByteSpan certificate : std::span(chain).subspan(1)) {
    described.chain.emplace_back(certificate.begin(), certificate.end());
  }
  described.policies = verdict.policies;
  described.issuers = verdicts.issuers().Share(std::span(verdict.path).subspan(1));
  return std::make_shared<const identity::PeerIdentity>(std::move(described));
}

// IsAsBefore says whether what the path adds to an identity is what it was.
bool IsAsBefore(const identity::PeerIdentity& identity, const Verdict& verdict) {
  const std::span<const ByteSpan> issuers = std::span(verdict.path).subspan(1);
  const auto same = [](const std::vector<uint8_t>& a, ByteSpan b) {
    return AsText(a) == AsText(b);
  };
  return identity.policies == verdict.policies && identity.issuers != nullptr &&
         std::equal(identity.issuers->begin(), identity.issuers->end(), issuers.begin(),
                    issuers.end(), same);
}

}  // namespace

// One digest over all certificates and, behind them, how long each is and how many there are: no
// two chains are the same bytes.
identity::Sha256 HashOfChain(const std::vector<ByteSpan>& chain) {
  std::vector<uint8_t> message;
  message.reserve(SizeOf(chain) + kNumber * (chain.size() + 1));
  for (const ByteSpan certificate : chain) {
    message.insert(message.end(), certificate.begin(), certificate.end());
  }
  for (const ByteSpan certificate : chain) AppendNumber(message, certificate.size());
  AppendNumber(message, chain.size());
  return identity::Sha256Of(message);
}

ChainJudgement::ChainJudgement(std::vector<ByteSpan> chain, const TrustBundle& trust,
                               VerdictCache& verdicts, UnixSeconds now)
    : chain_(std::move(chain)),
      hash_(HashIfRemembered(chain_)),
      trust_(trust),
      verdicts_(verdicts),
      now_(now),
      verification_({.chain = chain_,
                     .trust = trust,
                     .purpose = Purpose::kClientAuth,
                     .now = now,
                     .limits = trust.limits()}) {}

const Acceptance* ChainJudgement::Recall() const {
  return hash_ ? verdicts_.Recall(*hash_, trust_.generation(), now_) : nullptr;
}

// A client that was accepted before costs neither path building nor parsing: only its own signature
// over the handshake, which mbedTLS checks next. It may have been accepted since the step before,
// on another connection.
std::optional<Result<Acceptance>> ChainJudgement::Step() {
  if (const Acceptance* known = Recall()) return *known;
  const std::optional<Verdict> verdict = verification_.Step();
  if (!verdict) return std::nullopt;
  return Conclude(*verdict);
}

Result<Acceptance> ChainJudgement::Finish() {
  if (const Acceptance* known = Recall()) return *known;
  return Conclude(verification_.Finish());
}

Result<Acceptance> ChainJudgement::Conclude(const Verdict& verdict) const {
  if (!verdict.accepted()) return Error(verdict.refusal->code, verdict.refusal->ToString());
  Identity identity = identity_;
  if (identity == nullptr || !IsAsBefore(*identity, verdict)) {
    PINLATCH_ASSIGN(identity, DescribeChain(chain_, verdict, verdicts_));
  }
  Acceptance acceptance{std::move(identity), trust_.generation(), now_, verdict.valid_until};
  if (hash_) verdicts_.Remember(*hash_, acceptance);
  return acceptance;
}

Result<Acceptance> JudgeChain(const std::vector<ByteSpan>& chain, const TrustBundle& trust,
                              VerdictCache& verdicts, UnixSeconds now) {
  return ChainJudgement(chain, trust, verdicts, now).Finish();
}

Result<Acceptance> JudgeAgain(const Identity& identity, const TrustBundle& trust,
                              VerdictCache& verdicts, UnixSeconds now) {
  if (identity->chain.empty()) {
    return Error(ErrorCode::kRevocationUnknown,
                 "the chain that this client presented is no longer known");
  }
  ChainJudgement judgement({identity->chain.begin(), identity->chain.end()}, trust, verdicts, now);
  judgement.identity_ = identity;
  return judgement.Finish();
}

}  // namespace pinlatch::tls
