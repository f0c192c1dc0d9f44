// See judge_chain.h.
#include "tls/judge_chain.h"

#include <span>
#include <utility>

#include "identity/describe.h"
#include "tls/verifier.h"
#include "tls/verify_limits.h"

namespace pinlatch::tls {
namespace {

using Identity = std::shared_ptr<const identity::PeerIdentity>;

size_t SizeOf(const std::vector<ByteSpan>& chain) {
  size_t size = 0;
  for (const ByteSpan certificate : chain) size += certificate.size();
  return size;
}

Result<Verdict> AskVerifier(const std::vector<ByteSpan>& chain, const TrustBundle& trust,
                            UnixSeconds now) {
  Verdict verdict = Verify({.chain = chain,
                            .trust = trust,
                            .purpose = Purpose::kClientAuth,
                            .now = now,
                            .limits = trust.limits()});
  if (!verdict.accepted()) return Error(verdict.refusal->code, verdict.refusal->ToString());
  return verdict;
}

Result<Identity> DescribeChain(const std::vector<ByteSpan>& chain, const Verdict& verdict,
                               VerdictCache& verdicts) {
  PINLATCH_ASSIGN(identity::PeerIdentity described, identity::Describe(chain.front()));
  for (const ByteSpan certificate : std::span(chain).subspan(1)) {
    described.chain.emplace_back(certificate.begin(), certificate.end());
  }
  described.issuers = verdicts.issuers().Share(std::span(verdict.path).subspan(1));
  return std::make_shared<const identity::PeerIdentity>(std::move(described));
}

Acceptance Keep(const std::vector<ByteSpan>& chain, const identity::Sha256& hash,
                Acceptance acceptance, VerdictCache& verdicts) {
  if (SizeOf(chain) <= kMostRememberedChain) {
    verdicts.Remember(hash, acceptance);
  }
  return acceptance;
}

}  // namespace

identity::Sha256 HashOfChain(const std::vector<ByteSpan>& chain) {
  std::vector<uint8_t> hashes;
  for (const ByteSpan certificate : chain) {
    const identity::Sha256 hash = identity::Sha256Of(certificate);
    hashes.insert(hashes.end(), hash.begin(), hash.end());
  }
  return identity::Sha256Of(hashes);
}

// A client that was accepted before costs neither path building nor parsing: only its own signature
// over the handshake, which mbedTLS checks next.
Result<Acceptance> JudgeChain(const std::vector<ByteSpan>& chain, const TrustBundle& trust,
                              VerdictCache& verdicts, UnixSeconds now) {
  const identity::Sha256 hash = HashOfChain(chain);
  if (const Acceptance* known = verdicts.Recall(hash, trust.generation(), now)) return *known;
  PINLATCH_ASSIGN(const Verdict verdict, AskVerifier(chain, trust, now));
  PINLATCH_ASSIGN(Identity identity, DescribeChain(chain, verdict, verdicts));
  return Keep(chain, hash, {std::move(identity), trust.generation(), now, verdict.valid_until},
              verdicts);
}

Result<Acceptance> JudgeAgain(const Identity& identity, const TrustBundle& trust,
                              VerdictCache& verdicts, UnixSeconds now) {
  const std::vector<ByteSpan> chain(identity->chain.begin(), identity->chain.end());
  if (chain.empty()) {
    return Error(ErrorCode::kRevocationUnknown,
                 "the chain that this client presented is not known any more");
  }
  const identity::Sha256 hash = HashOfChain(chain);
  if (const Acceptance* known = verdicts.Recall(hash, trust.generation(), now)) return *known;
  PINLATCH_ASSIGN(const Verdict verdict, AskVerifier(chain, trust, now));
  return Keep(chain, hash, {identity, trust.generation(), now, verdict.valid_until}, verdicts);
}

}  // namespace pinlatch::tls
