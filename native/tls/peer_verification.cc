// Owns the verdict on a client's certificate during the handshake.
#include "tls/peer_verification.h"

#include <mbedtls/x509_crt.h>

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "identity/describe.h"
#include "tls/server_session_impl.h"
#include "tls/verifier.h"

namespace pinlatch::tls {
namespace {

identity::Sha256 HashOf(std::span<const ByteSpan> chain) {
  std::vector<uint8_t> hashes;
  for (const ByteSpan certificate : chain) {
    const identity::Sha256 hash = identity::Sha256Of(certificate);
    hashes.insert(hashes.end(), hash.begin(), hash.end());
  }
  return identity::Sha256Of(hashes);
}

// A client that was accepted before costs neither path building nor parsing: only its own signature
// over the handshake, which mbedTLS checks next.
Result<Acceptance> Judge(std::span<const ByteSpan> chain, ServerSession::Impl& session) {
  const TrustBundle& trust = *session.trust_context->bundle;
  const UnixSeconds now = session.now;
  const identity::Sha256 hash = HashOf(chain);
  Acceptance known = session.verdicts.Recall(hash, trust.generation(), now);
  if (known.identity) return known;
  const Verdict verdict = Verify({.chain = chain,
                                  .trust = trust,
                                  .purpose = Purpose::kClientAuth,
                                  .now = now,
                                  .limits = trust.limits()});
  if (!verdict.accepted()) return Error(verdict.refusal->code, verdict.refusal->ToString());
  PINLATCH_ASSIGN(identity::PeerIdentity described, identity::Describe(chain.front()));
  described.issuers = session.verdicts.issuers().Share(std::span(verdict.path).subspan(1));
  known = {std::make_shared<const identity::PeerIdentity>(std::move(described)), now,
           verdict.valid_until};
  session.verdicts.Remember(hash, trust.generation(), known);
  return known;
}

}  // namespace

int VerifyPeer(void* session, mbedtls_x509_crt* chain, int /*depth*/, uint32_t* /*flags*/) {
  auto& impl = *static_cast<ServerSession::Impl*>(session);
  impl.candidate.reset();
  std::vector<ByteSpan> presented;
  for (const mbedtls_x509_crt* at = chain; at != nullptr; at = at->next) {
    presented.emplace_back(at->raw.p, at->raw.len);
  }
  auto acceptance = Judge(presented, impl);
  if (!acceptance.ok()) {
    impl.error = std::move(acceptance).error();
    return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
  }
  impl.acceptance = std::move(acceptance).value();
  impl.candidate = impl.acceptance.identity;
  return 0;
}

bool RecallPeer(ServerSession::Impl& session, std::span<const ByteSpan> chain) {
  auto acceptance = Judge(chain, session);
  if (!acceptance.ok()) return false;
  session.acceptance = std::move(acceptance).value();
  session.candidate = session.acceptance.identity;
  return true;
}

}  // namespace pinlatch::tls
