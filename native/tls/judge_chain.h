// Owns the judgement of a client's chain through the memory of verdicts: the verifier is asked only
// where nothing is remembered. For handshakes and for connections that are judged again.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "identity/peer_identity.h"
#include "tls/trust_bundle.h"
#include "tls/verdict_cache.h"

namespace pinlatch::tls {

// HashOfChain names a chain in the memory of verdicts: every certificate as presented counts.
identity::Sha256 HashOfChain(const std::vector<ByteSpan>& chain);

// JudgeChain says whether the bundle accepts what a client presented, DER, leaf first, at `now`.
// The identity of what it accepts holds the chain, for JudgeAgain. Errors: the codes of a Refusal.
Result<Acceptance> JudgeChain(const std::vector<ByteSpan>& chain, const TrustBundle& trust,
                              VerdictCache& verdicts, UnixSeconds now);

// JudgeAgain is JudgeChain of the chain that an identity came with; every connection of one client
// goes on sharing one identity. Errors: as JudgeChain; kRevocationUnknown when it came with none.
Result<Acceptance> JudgeAgain(const std::shared_ptr<const identity::PeerIdentity>& identity,
                              const TrustBundle& trust, VerdictCache& verdicts, UnixSeconds now);

}  // namespace pinlatch::tls
