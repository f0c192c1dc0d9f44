// Owns the state of a ServerSession in mbedTLS's terms. Internal to tls/: server_session.cc moves
// data, handshake.cc gets there, peer_verification.cc and server_name.cc are called on the way.
#pragma once

#include <mbedtls/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "session/application_data.h"
#include "session/protocol_error.h"
#include "session/protocol_settings.h"
#include "session/record_stream.h"
#include "session/server_context_impl.h"
#include "session/server_session.h"
#include "session/ticket_body.h"
#include "verdict/judge_chain.h"

namespace pinlatch::tls {

struct ServerSession::Impl {
  enum class Phase : uint8_t {
    kHandshaking,
    kJudging,   // the handshake waits for the verdict on the client's chain
    kRefusing,  // `error` is set; the alert is on its way out
    kOpen,
    kBroken,  // nothing more can be read or written
  };

  Impl(const ServerContext::Impl& server_context, ByteStream& stream, VerdictCache& cache,
       std::shared_ptr<const TicketKeys> keys)
      : context(server_context),
        trust_context(&server_context.names.ContextOf({})),
        verdicts(cache),
        records(stream),
        ticket_keys(std::move(keys)) {
    mbedtls_ssl_init(&ssl);
  }
  ~Impl() { mbedtls_ssl_free(&ssl); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Handshake, Refuse and their parts are in handshake.cc.
  Progress Handshake(UnixSeconds wall_time, SignatureWaiter* waiter);
  std::optional<Progress> Advance();
  std::optional<Progress> StepThrough();
  bool MayStep();
  void NoteNameBeforeRetry();
  bool CertificateIsMissing(int state_before) const;
  // BeginJudging and Judge are in peer_verification.cc.
  void BeginJudging(std::vector<ByteSpan> chain);
  std::optional<Progress> Judge();
  Progress Refuse(Error why, int alert);
  Progress FinishRefusing();
  Progress RefuseAlert(int alert);
  Progress ExplainFailure(int mbedtls_error, int state);
  Progress FinishHandshake();
  void FreeHandshakeMemory();

  // FailAfterHandshake ends the session for `mbedtls_error` and tells the client, as far as the
  // stream takes it at once.
  Transfer FailAfterHandshake(int mbedtls_error);

  const ServerContext::Impl& context;
  const TrustContext* trust_context;  // of the server name that the client asked for
  VerdictCache& verdicts;
  RecordStream records;  // before ssl, which points to it
  mbedtls_ssl_context ssl;
  ApplicationData data{ssl, records};

  Phase phase = Phase::kHandshaking;
  bool awaits_flight = true;  // of the client's handshake, and nothing else
  HttpInClear heard_http = HttpInClear::kNone;
  // What was dear in this call of Handshake: a state of mbedTLS's, or one of these.
  static constexpr int kNoState = -1;
  static constexpr int kVerdict = -2;
  int dear_state = kNoState;
  UnixSeconds now = 0;
  // Pointers, as most sessions have none of these.
  std::unique_ptr<const Error> error;      // that the session ended with
  std::unique_ptr<ProtocolError> refusal;  // by a callback of ours, on its way through mbedTLS
  int alert_to_send = -1;
  int received_alert = -1;
  HandshakeFacts facts;
  // The server name that a HelloRetryRequest answered: the second ClientHello has the same one.
  std::unique_ptr<const std::string> name_before_retry;
  // The session ticket that the client came by, while it may still count.
  std::unique_ptr<TicketBody> ticket;
  std::shared_ptr<const TicketKeys>
      ticket_keys;                            // nullptr: no tickets; until the handshake is over
  std::unique_ptr<ChainJudgement> judgement;  // in the phase kJudging
  PendingSignature signature;                 // by the key of the certificate that is shown
  // Verified, but not proven to hold its key before the handshake is over.
  std::shared_ptr<const identity::PeerIdentity> candidate;
  std::shared_ptr<const identity::PeerIdentity> peer;
  Acceptance acceptance;  // of `candidate`, later of `peer`
  std::shared_ptr<const identity::PeerIdentity> refused;
};

}  // namespace pinlatch::tls
