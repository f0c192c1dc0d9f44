// Owns the judgement of a client's chain through the memory of verdicts: the verifier is asked only
// where nothing is remembered. For handshakes and for connections that are judged again.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "identity/peer_identity.h"
#include "trust/trust_bundle.h"
#include "trust/verifier.h"
#include "verdict/verdict_cache.h"

namespace pinlatch::tls {

// HashOfChain names a chain in the memory of verdicts: every certificate as presented counts.
identity::Sha256 HashOfChain(const std::vector<ByteSpan>& chain);

// ChainJudgement finds out whether the bundle accepts what a client presented, DER, leaf first, at
// `now`, in steps of one signature check at most. The identity of what it accepts holds the chain,
// for JudgeAgain. The bytes of the chain, the bundle and the worker's `verdicts` are borrowed.
class ChainJudgement {
 public:
  ChainJudgement(std::vector<ByteSpan> chain, const TrustBundle& trust, VerdictCache& verdicts,
                 UnixSeconds now);
  ChainJudgement(const ChainJudgement&) = delete;
  ChainJudgement& operator=(const ChainJudgement&) = delete;

  // Step returns nothing as long as there is more to check: call again. Errors: the codes of a
  // Refusal.
  std::optional<Result<Acceptance>> Step();
  // Finish goes on to the end.
  Result<Acceptance> Finish();
  // leaf is the certificate that it is about. The chain must not be empty.
  ByteSpan leaf() const { return chain_.front(); }
  size_t signature_checks() const { return verification_.signature_checks(); }

 private:
  friend Result<Acceptance> JudgeAgain(
      const std::shared_ptr<const identity::PeerIdentity>& identity, const TrustBundle& trust,
      VerdictCache& verdicts, UnixSeconds now);
  const Acceptance* Recall() const;
  Result<Acceptance> Conclude(const Verdict& verdict) const;

  const std::vector<ByteSpan> chain_;
  const std::optional<identity::Sha256> hash_;  // nothing for a chain that is not remembered
  const TrustBundle& trust_;
  VerdictCache& verdicts_;
  const UnixSeconds now_;
  std::shared_ptr<const identity::PeerIdentity> identity_;  // of an earlier judgement
  Verification verification_;
};

// JudgeChain is a ChainJudgement that is finished at once.
Result<Acceptance> JudgeChain(const std::vector<ByteSpan>& chain, const TrustBundle& trust,
                              VerdictCache& verdicts, UnixSeconds now);

// JudgeAgain is JudgeChain of the chain that an identity came with; every connection of one client
// goes on sharing one identity, which is another where the path now is, or what it leaves valid.
// Errors: as JudgeChain; kRevocationUnknown when it came with none.
Result<Acceptance> JudgeAgain(const std::shared_ptr<const identity::PeerIdentity>& identity,
                              const TrustBundle& trust, VerdictCache& verdicts, UnixSeconds now);

}  // namespace pinlatch::tls
