// Owns the verdict on a client's certificate during the handshake.
#include "tls/peer_verification.h"

#include <mbedtls/x509_crt.h>

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "identity/describe.h"
#include "tls/judge_chain.h"
#include "tls/server_session_impl.h"

namespace pinlatch::tls {
namespace {

// What cannot be read has no description; the refusal says why it cannot.
std::shared_ptr<const identity::PeerIdentity> DescribeForLog(ByteSpan leaf) {
  auto described = identity::Describe(leaf);
  if (!described.ok()) return nullptr;
  return std::make_shared<const identity::PeerIdentity>(std::move(described).value());
}

}  // namespace

int VerifyPeer(void* session, mbedtls_x509_crt* chain, int /*depth*/, uint32_t* /*flags*/) {
  auto& impl = *static_cast<ServerSession::Impl*>(session);
  impl.candidate.reset();
  std::vector<ByteSpan> presented;
  for (const mbedtls_x509_crt* at = chain; at != nullptr; at = at->next) {
    presented.emplace_back(at->raw.p, at->raw.len);
  }
  auto accepted = JudgeChain(presented, *impl.trust_context->bundle, impl.verdicts, impl.now);
  if (!accepted.ok()) {
    impl.error = std::move(accepted).error();
    impl.refused = DescribeForLog(presented.front());
    return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED;
  }
  impl.acceptance = std::move(accepted).value();
  impl.candidate = impl.acceptance.identity;
  return 0;
}

bool RecallPeer(ServerSession::Impl& session, const std::vector<ByteSpan>& chain) {
  auto accepted = JudgeChain(chain, *session.trust_context->bundle, session.verdicts, session.now);
  if (!accepted.ok()) return false;
  session.acceptance = std::move(accepted).value();
  session.candidate = session.acceptance.identity;
  return true;
}

}  // namespace pinlatch::tls
