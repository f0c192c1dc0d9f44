// Owns the course of a client handshake: step by step, the server's certificate judged on the way.
#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "identity/certificate.h"
#include "session/alerts.h"
#include "session/client_session_impl.h"
#include "session/last_words.h"
#include "verdict/peer_certificate.h"

// Not in mbedTLS's public headers, though not static either.
extern "C" {
void mbedtls_ssl_handshake_wrapup_free_hs_transform(mbedtls_ssl_context* ssl);
}

namespace pinlatch::tls {
namespace {

struct Explanation {
  int mbedtls_error = 0;
  uint8_t alert = 0;
  const char* text = nullptr;
};

constexpr std::array kExplanations = {
    Explanation{MBEDTLS_ERR_SSL_INVALID_RECORD, MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE,
                "the service sent an invalid TLS record: does it speak TLS?"},
    Explanation{MBEDTLS_ERR_SSL_RECORD_OVERFLOW, MBEDTLS_SSL_ALERT_MSG_RECORD_OVERFLOW,
                "the service sent a record that is too long"},
    Explanation{MBEDTLS_ERR_SSL_MESSAGE_TOO_LONG, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER,
                "the service sent a message, mostly its certificate chain, that is too long"},
    Explanation{MBEDTLS_ERR_SSL_INVALID_MAC, MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC,
                "a record failed authentication"},
    Explanation{MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE, MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE,
                "the service sent an unexpected message, or too many empty ones"},
    Explanation{MBEDTLS_ERR_SSL_DECODE_ERROR, MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR,
                "the service sent a malformed message"},
    Explanation{MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER,
                "the service sent an illegal parameter"},
    Explanation{MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION,
                "the service chose a TLS version that is not allowed"},
    Explanation{MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,
                "no cipher suite, group or signature algorithm in common with the service"},
    Explanation{MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL,
                MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL,
                "the service speaks another application protocol"},
    Explanation{MBEDTLS_ERR_SSL_ALLOC_FAILED, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR,
                "memory ran out"},
};

std::string WithNumber(const std::string& text, int mbedtls_error) {
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), " (mbedTLS -0x%04X)",
                static_cast<unsigned>(-mbedtls_error));
  return text + number.data();
}

// ExplainSignature is for the message that is signed: CertificateVerify, in TLS 1.2
// ServerKeyExchange. Without a text where something else went wrong.
Explanation ExplainSignature(int mbedtls_error, int state) {
  if (state != MBEDTLS_SSL_CERTIFICATE_VERIFY && state != MBEDTLS_SSL_SERVER_KEY_EXCHANGE)
    return {};
  if (mbedtls_error == MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER) {
    return {mbedtls_error, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER,
            "the service signed with an algorithm that was not offered or does not fit the key of "
            "its certificate"};
  }
  if (mbedtls_error == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE) {
    return {mbedtls_error, MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR,
            "the service did not prove possession of its certificate's private key"};
  }
  return {};
}

}  // namespace

int VerifyServer(void* session, mbedtls_x509_crt* chain, int /*depth*/, uint32_t* /*flags*/) {
  static_cast<ClientSession::Impl*>(session)->BeginJudging(chain);
  return 0;
}

void ClientSession::Impl::BeginJudging(const mbedtls_x509_crt* chain) {
  const TrustBundle& trust = *context.bundle;
  presented = PresentedChain(chain);
  verification = std::make_unique<Verification>(VerifyRequest{.chain = presented,
                                                              .trust = trust,
                                                              .purpose = Purpose::kServerAuth,
                                                              .now = now,
                                                              .limits = trust.limits()});
  phase = Phase::kJudging;
}

// Judge asks in this order: trust, name, what else the user wants. The first "no" is the reason. It
// checks one signature at most.
SessionProgress ClientSession::Impl::Judge() {
  const std::optional<Verdict> verdict = verification->Step();
  if (!verdict) return SessionProgress::kWantTurn;
  accepted = TakeVerdict(*verdict) && JudgeLeaf(presented.front());
  verification.reset();
  if (accepted && !ReadPeerKey(*ssl.session_negotiate->peer_cert)) {
    accepted = Refuse(Error(ErrorCode::kUpstreamUntrusted, "the certificate cannot be read"),
                      MBEDTLS_SSL_ALERT_MSG_BAD_CERT);
  }
  if (!accepted) return Fail(MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
  for (const ByteSpan der : presented) accepted_chain.emplace_back(der.begin(), der.end());
  phase = Phase::kHandshaking;
  return SessionProgress::kWantTurn;
}

bool ClientSession::Impl::Refuse(Error why, uint8_t alert) {
  error = std::move(why);
  alert_to_send = alert;
  return false;
}

bool ClientSession::Impl::TakeVerdict(const Verdict& verdict) {
  valid_until = verdict.valid_until;
  if (verdict.accepted()) return true;
  return Refuse(Error(ErrorCode::kUpstreamUntrusted, verdict.refusal->ToString()),
                AlertFor(verdict.refusal->code, version()));
}

snapshot::TlsVersion ClientSession::Impl::version() const { return VersionOf(ssl); }

bool ClientSession::Impl::JudgeLeaf(ByteSpan der) {
  auto until = JudgeServerLeaf(der, server, check, now);
  if (!until.ok()) {
    const bool is_unreadable = until.error().code == ErrorCode::kUpstreamUntrusted;
    return Refuse(std::move(until).error(), is_unreadable ? MBEDTLS_SSL_ALERT_MSG_BAD_CERT
                                                          : MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN);
  }
  valid_until = std::min(valid_until, *until);
  return true;
}

SessionProgress ClientSession::Impl::Handshake(UnixSeconds wall_time, SignatureWaiter* waiter) {
  std::optional<SigningScope> signing;
  if (waiter != nullptr) signing.emplace(signature, *waiter);
  now = wall_time;
  switch (phase) {
    case Phase::kHandshaking:
      return StepThrough();
    case Phase::kJudging:
      return Judge();
    case Phase::kOpen:
      return SessionProgress::kDone;
    case Phase::kBroken:
      break;
  }
  return SessionProgress::kFailed;
}

SessionProgress ClientSession::Impl::StepThrough() {
  // Not mbedtls_ssl_is_handshake_over, see handshake.cc.
  while (ssl.state != MBEDTLS_SSL_HANDSHAKE_OVER) {
    const int result = mbedtls_ssl_handshake_step(&ssl);
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE && ssl.send_alert != 0) return Fail(ssl.alert_reason);
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return SessionProgress::kWantWrite;
    if (result == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS) return SessionProgress::kWantSignature;
    if (result == MBEDTLS_ERR_SSL_WANT_READ) {
      if (records.read_blocked()) return SessionProgress::kWantRead;
      continue;
    }
    if (result != 0) return Fail(result);
    if (phase == Phase::kJudging) return Judge();
  }
  return FinishHandshake();
}

SessionProgress ClientSession::Impl::Fail(int mbedtls_error) {
  phase = Phase::kBroken;
  if (!alert_to_send.has_value()) Explain(mbedtls_error);  // else Judge has said why
  if (alert_to_send.has_value()) SendAlert(*alert_to_send);
  return SessionProgress::kFailed;
}

// Explain says why, and with which alert, where this side is to send one.
void ClientSession::Impl::Explain(int mbedtls_error) {
  const auto say = [this](std::string detail) {
    error = Error(ErrorCode::kUpstreamTls, std::move(detail));
  };
  const auto say_alert = [&](int alert) { say("the service sent the alert " + AlertText(alert)); };
  if (records.failed()) {
    if (const int alert = LastWords(ssl, records); alert >= 0) return say_alert(alert);
    const int code = records.system_error();
    return say(code == 0 ? "the connection failed"
                         : "the connection failed: " + std::generic_category().message(code));
  }
  if (signature.failure()) {
    alert_to_send = MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR;
    error = KeyDoesNotSign(*signature.failure());
    return;
  }
  if (mbedtls_error == MBEDTLS_ERR_SSL_CONN_EOF ||
      mbedtls_error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    return say("the service closed the connection during the handshake");
  }
  const bool in_clear = mbedtls_error == MBEDTLS_ERR_SSL_INVALID_MAC && PlainAlert(ssl) >= 0;
  if (mbedtls_error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE || in_clear) {
    return say_alert(in_clear ? PlainAlert(ssl) : ssl.in_msg[1]);
  }
  if (const auto unproven = ExplainSignature(mbedtls_error, ssl.state); unproven.text != nullptr) {
    alert_to_send = unproven.alert;
    return say(unproven.text);
  }
  const auto* known =
      std::find_if(kExplanations.begin(), kExplanations.end(),
                   [&](const Explanation& entry) { return entry.mbedtls_error == mbedtls_error; });
  if (known != kExplanations.end()) {
    alert_to_send = known->alert;
    return say(WithNumber(known->text, mbedtls_error));
  }
  if (ssl.state == MBEDTLS_SSL_SERVER_CERTIFICATE) {
    alert_to_send = MBEDTLS_SSL_ALERT_MSG_BAD_CERT;
    return say("the service's certificate cannot be read: " +
               identity::ParseErrorText(mbedtls_error));
  }
  alert_to_send = MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE;
  say(WithNumber("the TLS exchange failed", mbedtls_error));
}

// SendAlert tells the server, unless mbedTLS did. What the stream does not take at once is lost
// with the connection: the server learns the rest from the log of this side.
void ClientSession::Impl::SendAlert(uint8_t alert) {
  if (ssl.alert_type != 0 || Flush(ssl) != SessionProgress::kDone) return;
  mbedtls_ssl_send_alert_message(&ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert);
}

SessionProgress ClientSession::Impl::FinishHandshake() {
  // Should a way past the callback ever open, it ends here.
  if (!accepted) {
    phase = Phase::kBroken;
    error =
        Error(ErrorCode::kInternal, "the handshake ended without a verified service certificate");
    return SessionProgress::kFailed;
  }
  if (ssl.handshake != nullptr) mbedtls_ssl_handshake_wrapup_free_hs_transform(&ssl);
  mbedtls_ssl_session* session = ssl.session;
  if (session != nullptr && session->peer_cert != nullptr) {
    mbedtls_x509_crt_free(session->peer_cert);
    mbedtls_free(session->peer_cert);
    session->peer_cert = nullptr;
  }
  phase = Phase::kOpen;
  return SessionProgress::kDone;
}

}  // namespace pinlatch::tls
