// Owns the course of a server handshake: step by step, the client's certificate judged on the way,
// and the alert delivered when it fails.
#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>

#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "session/alerts.h"
#include "session/cipher_suites.h"
#include "session/http_in_clear.h"
#include "session/last_words.h"
#include "session/protocol_error.h"
#include "session/server_session_impl.h"
#include "session/session_tickets.h"

// Not in mbedTLS's public headers, though not static either.
extern "C" {
void mbedtls_ssl_handshake_wrapup_free_hs_transform(mbedtls_ssl_context* ssl);
}

namespace pinlatch::tls {
namespace {

using Progress = ServerSession::Progress;

bool IsSendingTickets(int state) {
  return state == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET ||
         state == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET_FLUSH;
}

// IsDear says that the step from this state makes or checks a signature, or exchanges keys.
bool IsDear(int state, snapshot::TlsVersion version) {
  switch (state) {
    case MBEDTLS_SSL_SERVER_HELLO:
      return version == snapshot::TlsVersion::kTls13;
    case MBEDTLS_SSL_SERVER_KEY_EXCHANGE:
    case MBEDTLS_SSL_CLIENT_KEY_EXCHANGE:
    case MBEDTLS_SSL_CERTIFICATE_VERIFY:
    case MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY:
      return true;
    default:
      return false;
  }
}

std::string_view HeadOfRecord(const mbedtls_ssl_context& ssl) {
  return {reinterpret_cast<const char*>(ssl.in_hdr), 5};
}

}  // namespace

Progress ServerSession::Impl::Handshake(UnixSeconds wall_time, SignatureWaiter* waiter) {
  std::optional<SigningScope> signing;
  if (waiter != nullptr) signing.emplace(signature, *waiter);
  now = wall_time;
  dear_state = kNoState;
  data.Wake();
  std::optional<Progress> reached;
  while (!reached) reached = Advance();
  awaits_flight = *reached == Progress::kWantRead && phase == Phase::kHandshaking;
  return *reached;
}

// Advance returns nothing when the phase has changed and the handshake goes on.
std::optional<Progress> ServerSession::Impl::Advance() {
  switch (phase) {
    case Phase::kHandshaking:
      return StepThrough();
    case Phase::kJudging:
      return Judge();
    case Phase::kRefusing:
      return FinishRefusing();
    case Phase::kOpen:
      return Progress::kDone;
    case Phase::kBroken:
      break;
  }
  return Progress::kFailed;
}

// MayStep says whether the next step belongs in this call: of the dear ones it takes one.
bool ServerSession::Impl::MayStep() {
  if (!IsDear(ssl.state, VersionOf(ssl)) || dear_state == ssl.state) return true;
  return std::exchange(dear_state, ssl.state) == kNoState;
}

std::optional<Progress> ServerSession::Impl::StepThrough() {
  const HandshakeScope scope(*this);
  // Not mbedtls_ssl_is_handshake_over: it says so one step early in TLS 1.3, before the tickets are
  // sent, and reads and writes would then go on with the handshake.
  while (ssl.state != MBEDTLS_SSL_HANDSHAKE_OVER) {
    if (!MayStep()) return Progress::kWantTurn;
    const int state = ssl.state;
    if (state == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET) DecideNewTicket(*this);
    const int result = mbedtls_ssl_handshake_step(&ssl);
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE && ssl.send_alert != 0) {
      // The alert is in the buffer, the stream is full. mbedTLS would send it once more.
      ssl.send_alert = 0;
      return ExplainFailure(ssl.alert_reason, state);
    }
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return Progress::kWantWrite;
    if (result == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS) return Progress::kWantSignature;
    if (result == MBEDTLS_ERR_SSL_WANT_READ) {
      if (records.read_blocked()) return Progress::kWantRead;
      continue;
    }
    // A client that is gone by the time it gets its ticket had finished its handshake before.
    if (result != 0 && records.failed() && IsSendingTickets(state)) break;
    if (result != 0) return ExplainFailure(result, state);
    if (state == MBEDTLS_SSL_CLIENT_HELLO && ssl.state != state && !SettleResumption(*this)) {
      return Refuse(Error(ErrorCode::kInternal, "a session was resumed without a ticket"),
                    MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
    }
    if (ssl.state == MBEDTLS_SSL_HELLO_RETRY_REQUEST) NoteNameBeforeRetry();
    if (CertificateIsMissing(state)) {
      return Refuse(Error(ErrorCode::kClientCertificateMissing,
                          "the client sent no certificate, and this listener requires one"),
                    AlertFor(ErrorCode::kClientCertificateMissing, VersionOf(ssl)));
    }
    if (phase == Phase::kJudging) return std::nullopt;
  }
  return FinishHandshake();
}

void ServerSession::Impl::NoteNameBeforeRetry() {
  name_before_retry = std::make_unique<const std::string>(facts.server_name);
}

bool ServerSession::Impl::CertificateIsMissing(int state_before) const {
  return state_before == MBEDTLS_SSL_CLIENT_CERTIFICATE && phase == Phase::kHandshaking &&
         ssl.state != MBEDTLS_SSL_CLIENT_CERTIFICATE && candidate == nullptr &&
         trust_context->client_auth == snapshot::ClientAuth::kRequired;
}

Progress ServerSession::Impl::RefuseAlert(int alert) {
  received_alert = alert;
  return Refuse(Error(ErrorCode::kHandshakeAlert, "the client sent the alert " + AlertText(alert)),
                -1);
}

Progress ServerSession::Impl::ExplainFailure(int mbedtls_error, int state) {
  if (records.failed()) {
    if (const int alert = LastWords(ssl, records); alert >= 0) return RefuseAlert(alert);
    const int code = records.system_error();
    return Refuse(
        Error(ErrorCode::kHandshakeAborted,
              code == 0 ? "the connection failed"
                        : "the connection failed: " + std::generic_category().message(code)),
        -1);
  }
  if (refusal) return Refuse(std::move(refusal->error), refusal->alert);
  if (signature.failure()) {
    return Refuse(KeyDoesNotSign(*signature.failure()), MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
  }
  if (mbedtls_error == MBEDTLS_ERR_SSL_CONN_EOF ||
      mbedtls_error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    return Refuse(Error(ErrorCode::kHandshakeAborted, "the client closed the connection"), -1);
  }
  const bool in_clear = mbedtls_error == MBEDTLS_ERR_SSL_INVALID_MAC && PlainAlert(ssl) >= 0;
  if (mbedtls_error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE || in_clear) {
    return RefuseAlert(in_clear ? PlainAlert(ssl) : ssl.in_msg[1]);
  }
  const bool is_first = state == MBEDTLS_SSL_CLIENT_HELLO && name_before_retry == nullptr;
  if (mbedtls_error == MBEDTLS_ERR_SSL_INVALID_RECORD && is_first)
    heard_http = RequestInClear(HeadOfRecord(ssl));
  if (heard_http != HttpInClear::kNone) {
    return Refuse(Error(ErrorCode::kTlsRecord, "the client spoke HTTP without TLS"), -1);
  }
  ProtocolError explained = ExplainProtocolError(mbedtls_error, state);
  return Refuse(std::move(explained.error), explained.alert);
}

Progress ServerSession::Impl::Refuse(Error why, int alert) {
  error = std::make_unique<const Error>(std::move(why));
  facts.version = VersionOf(ssl);
  candidate.reset();
  phase = Phase::kRefusing;
  // patches/mbedtls/03: not 0 when mbedTLS sent a fatal alert itself. One is enough.
  alert_to_send = ssl.alert_type == 0 ? alert : -1;
  return FinishRefusing();
}

// FinishRefusing reports the failure only once the stream took the alert: a caller that closes on
// kFailed then does not cut it off.
Progress ServerSession::Impl::FinishRefusing() {
  const auto send_rest = [this] { return records.failed() ? Progress::kFailed : Flush(ssl); };
  Progress progress = send_rest();
  if (progress == Progress::kDone && alert_to_send >= 0) {
    const auto description = static_cast<unsigned char>(std::exchange(alert_to_send, -1));
    // What it could not write stays in mbedTLS's buffer, and send_rest sees to it.
    mbedtls_ssl_send_alert_message(&ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, description);
    progress = send_rest();
  }
  if (progress == Progress::kWantWrite) return progress;
  phase = Phase::kBroken;
  return Progress::kFailed;
}

Progress ServerSession::Impl::FinishHandshake() {
  // CertificateIsMissing and Judge came first. Should a way past them ever open, it ends here.
  const bool has_presented = ssl.session != nullptr && ssl.session->peer_cert != nullptr;
  const bool must_be_known = trust_context->client_auth == snapshot::ClientAuth::kRequired;
  if (candidate == nullptr && (has_presented || must_be_known)) {
    return Refuse(Error(ErrorCode::kInternal, "the handshake ended without a client certificate"),
                  MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR);
  }
  peer = std::move(candidate);
  facts.version = VersionOf(ssl);
  facts.trust_context = trust_context;
  const char* const protocol = mbedtls_ssl_get_alpn_protocol(&ssl);  // of the listener's list
  if (protocol != nullptr) facts.protocol = protocol;
  facts.cipher = CipherSuiteName(mbedtls_ssl_get_ciphersuite_id_from_ssl(&ssl));
  FreeHandshakeMemory();
  phase = Phase::kOpen;
  return Progress::kDone;
}

void ServerSession::Impl::FreeHandshakeMemory() {
  ticket.reset();
  ticket_keys.reset();
  name_before_retry.reset();
  // mbedTLS frees the handshake's state by itself in TLS 1.2; in TLS 1.3 it would stay with the
  // connection.
  if (ssl.handshake != nullptr) mbedtls_ssl_handshake_wrapup_free_hs_transform(&ssl);
  // The identity holds all that is asked of the certificate from here on. The session is not saved
  // after the handshake, and there is no renegotiation, so nothing in mbedTLS reads it again.
  mbedtls_ssl_session* session = ssl.session;
  if (session == nullptr || session->peer_cert == nullptr) return;
  mbedtls_x509_crt_free(session->peer_cert);
  mbedtls_free(session->peer_cert);
  session->peer_cert = nullptr;
}

}  // namespace pinlatch::tls
