// Owns the verdict on a client's certificate during the handshake.
#include "session/peer_verification.h"

#include <mbedtls/x509_crt.h>

#include <memory>
#include <utility>
#include <vector>

#include "identity/describe.h"
#include "session/alerts.h"
#include "session/server_session_impl.h"
#include "verdict/peer_certificate.h"

namespace pinlatch::tls {
namespace {

using Progress = ServerSession::Progress;

// What cannot be read has no description; the refusal says why it cannot.
std::shared_ptr<const identity::PeerIdentity> DescribeForLog(ByteSpan leaf) {
  auto described = identity::DescribeStranger(leaf);
  if (!described.ok()) return nullptr;
  return std::make_shared<const identity::PeerIdentity>(std::move(described).value());
}

}  // namespace

int VerifyPeer(void* session, mbedtls_x509_crt* chain, int /*depth*/, uint32_t* /*flags*/) {
  static_cast<ServerSession::Impl*>(session)->BeginJudging(PresentedChain(chain));
  return 0;
}

// The bytes of the chain stay with mbedTLS's session, or with the ticket, until the handshake is
// over; the bundle with the ServerContext, whatever is published meanwhile.
void ServerSession::Impl::BeginJudging(std::vector<ByteSpan> chain) {
  candidate.reset();
  phase = Phase::kJudging;
  judgement =
      std::make_unique<ChainJudgement>(std::move(chain), *trust_context->bundle, verdicts, now);
}

// Judge checks one signature at most, and none in a call of Handshake that did something as dear.
std::optional<Progress> ServerSession::Impl::Judge() {
  if (dear_state != kNoState) return Progress::kWantTurn;
  std::optional<Result<Acceptance>> outcome = judgement->Step();
  if (judgement->signature_checks() != facts.signature_checks) dear_state = kVerdict;
  facts.signature_checks = judgement->signature_checks();
  if (!outcome) return Progress::kWantTurn;
  const std::unique_ptr<ChainJudgement> over = std::move(judgement);
  if (!outcome->ok()) {
    refused = DescribeForLog(over->leaf());
    const ErrorCode code = outcome->error().code;
    return Refuse(std::move(*outcome).error(), AlertFor(code, VersionOf(ssl)));
  }
  phase = Phase::kHandshaking;
  acceptance = std::move(*outcome).value();
  candidate = acceptance.identity;
  mbedtls_x509_crt* leaf = ssl.session_negotiate->peer_cert;  // none where a ticket stands for it
  if (leaf == nullptr || ReadPeerKey(*leaf)) return std::nullopt;
  return Refuse(Error(ErrorCode::kBadCertificate, "the client's certificate cannot be read"),
                AlertFor(ErrorCode::kBadCertificate, VersionOf(ssl)));
}

}  // namespace pinlatch::tls
