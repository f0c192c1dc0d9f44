// See server_proof.h.
#include "verdict/server_proof.h"

#include <utility>

#include "identity/describe.h"
#include "trust/verifier.h"
#include "verdict/judge_chain.h"

namespace pinlatch::tls {

ServerProof ProofOf(std::vector<std::vector<uint8_t>> chain) {
  const identity::Sha256 hash = HashOfChain({chain.begin(), chain.end()});
  return {std::move(chain), hash};
}

Result<UnixSeconds> JudgeServerChain(const ServerProof& proof, const TrustBundle& trust,
                                     UnixSeconds now) {
  const std::vector<ByteSpan> chain(proof.chain.begin(), proof.chain.end());
  const Verdict verdict = Verify({.chain = chain,
                                  .trust = trust,
                                  .purpose = Purpose::kServerAuth,
                                  .now = now,
                                  .limits = trust.limits()});
  if (verdict.accepted()) return verdict.valid_until;
  return Error(ErrorCode::kUpstreamUntrusted, verdict.refusal->ToString());
}

Result<UnixSeconds> JudgeServerLeaf(ByteSpan leaf, const ServerIdentity& server,
                                    const ServerCheck& check, UnixSeconds now) {
  auto certificate = identity::Describe(leaf);
  if (!certificate.ok()) {
    return Error(ErrorCode::kUpstreamUntrusted, certificate.error().detail);
  }
  if (!Proves(*certificate, server)) {
    return Error(ErrorCode::kUpstreamWrongName,
                 "the certificate is for " + NamesOf(*certificate) + ", not for " + server.name);
  }
  return check.Admits(*certificate, now);
}

}  // namespace pinlatch::tls
