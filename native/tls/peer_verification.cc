// Owns the verdict on a client's certificate during the handshake.
#include "tls/peer_verification.h"

#include <mbedtls/x509_crt.h>

#include <utility>
#include <vector>

#include "identity/describe.h"
#include "tls/server_session_impl.h"
#include "tls/verifier.h"

namespace pinlatch::tls {
namespace {

Result<identity::PeerIdentity> Judge(const std::vector<ByteSpan>& chain, const TrustBundle& trust,
                                     UnixSeconds now) {
  const Verdict verdict = Verify({.chain = chain,
                                  .trust = trust,
                                  .purpose = Purpose::kClientAuth,
                                  .now = now,
                                  .limits = trust.limits()});
  if (!verdict.accepted()) return Error(verdict.refusal->code, verdict.refusal->ToString());
  return identity::Describe(chain.front());
}

}  // namespace

int VerifyPeer(void* session, mbedtls_x509_crt* chain, int /*depth*/, uint32_t* /*flags*/) {
  auto& impl = *static_cast<ServerSession::Impl*>(session);
  impl.candidate.reset();
  std::vector<ByteSpan> presented;
  for (const mbedtls_x509_crt* at = chain; at != nullptr; at = at->next) {
    presented.emplace_back(at->raw.p, at->raw.len);
  }
  auto identity = Judge(presented, *impl.context.trust, impl.now);
  if (!identity.ok()) {
    impl.error = std::move(identity).error();
    return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
  }
  impl.candidate = std::make_shared<const identity::PeerIdentity>(*std::move(identity));
  return 0;
}

}  // namespace pinlatch::tls
