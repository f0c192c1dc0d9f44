// Owns the reading of mbedTLS's error numbers: what the operator is told and what the client is.
#include "session/protocol_error.h"

#include <mbedtls/ssl.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "identity/certificate.h"

namespace pinlatch::tls {
namespace {

struct Explanation {
  int mbedtls_error;
  ErrorCode code;
  uint8_t alert;
  std::string_view text;
};

constexpr std::array kExplanations = {
    Explanation{MBEDTLS_ERR_SSL_INVALID_RECORD, ErrorCode::kTlsRecord,
                MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE, "the client sent an invalid record"},
    Explanation{MBEDTLS_ERR_SSL_RECORD_OVERFLOW, ErrorCode::kTlsRecord,
                MBEDTLS_SSL_ALERT_MSG_RECORD_OVERFLOW, "the client sent a record that is too long"},
    Explanation{MBEDTLS_ERR_SSL_VERSION_MISMATCH, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_INAPROPRIATE_FALLBACK,
                "the client fell back to TLS 1.2, though it and this listener speak TLS 1.3"},
    Explanation{MBEDTLS_ERR_SSL_INVALID_MAC, ErrorCode::kTlsRecord,
                MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC, "a record failed authentication"},
    Explanation{MBEDTLS_ERR_SSL_UNEXPECTED_RECORD, ErrorCode::kTlsRecord,
                MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE, "the client sent an unexpected record"},
    Explanation{MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE,
                "the client sent an unexpected message, or too many empty ones"},
    Explanation{MBEDTLS_ERR_SSL_DECODE_ERROR, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR, "the client sent a malformed message"},
    Explanation{MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER, "the client sent an illegal parameter"},
    Explanation{MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION,
                "the client offers no TLS version that this listener allows"},
    Explanation{MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,
                "client and gateway have no cipher suite, group or signature algorithm in common"},
    Explanation{MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL,
                "the client offers no application protocol of this listener"},
    Explanation{MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_EXT, "the client sent an unsolicited extension"},
    Explanation{MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME, ErrorCode::kHandshakeFailed,
                MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME, "the client asked for an unusable name"},
    Explanation{MBEDTLS_ERR_SSL_BAD_CERTIFICATE, ErrorCode::kUnsupportedCertificate,
                MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT, "the client's certificate is too large"},
    Explanation{MBEDTLS_ERR_SSL_ALLOC_FAILED, ErrorCode::kInternal,
                MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR, "memory ran out"},
    Explanation{MBEDTLS_ERR_SSL_INTERNAL_ERROR, ErrorCode::kInternal,
                MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR, "mbedTLS failed"},
};

std::string WithNumber(std::string_view text, int mbedtls_error) {
  char number[32];
  std::snprintf(number, sizeof number, " (mbedTLS -0x%04X)", static_cast<unsigned>(-mbedtls_error));
  return std::string(text) + number;
}

bool IsCertificateVerify(int state) {
  return state == MBEDTLS_SSL_CERTIFICATE_VERIFY || state == MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY;
}

ProtocolError ExplainSignature(int mbedtls_error) {
  if (mbedtls_error == MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER) {
    return {Error(ErrorCode::kHandshakeFailed,
                  "the client signed with an algorithm that was not offered or does not fit the "
                  "key of its certificate"),
            MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER};
  }
  return {Error(ErrorCode::kHandshakeFailed,
                WithNumber("the client did not prove possession of its certificate's private key",
                           mbedtls_error)),
          MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR};
}

ProtocolError ExplainLength(int state) {
  if (state == MBEDTLS_SSL_CLIENT_CERTIFICATE) {
    return {Error(ErrorCode::kBadCertificate,
                  "the client's certificate chain is too long: longer than `limits.chainBytes`"),
            MBEDTLS_SSL_ALERT_MSG_BAD_CERT};
  }
  return {Error(ErrorCode::kHandshakeFailed, "the client sent a message that is too long"),
          MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER};
}

bool IsOfSignature(int mbedtls_error, int state) {
  return IsCertificateVerify(state) && (mbedtls_error == MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER ||
                                        mbedtls_error == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE);
}

}  // namespace

ProtocolError ExplainProtocolError(int mbedtls_error, int state) {
  if (IsOfSignature(mbedtls_error, state)) return ExplainSignature(mbedtls_error);
  if (mbedtls_error == MBEDTLS_ERR_SSL_MESSAGE_TOO_LONG) return ExplainLength(state);
  const auto* known =
      std::find_if(kExplanations.begin(), kExplanations.end(),
                   [&](const Explanation& entry) { return entry.mbedtls_error == mbedtls_error; });
  if (known != kExplanations.end()) {
    return {Error(known->code, WithNumber(known->text, mbedtls_error)), known->alert};
  }
  if (state == MBEDTLS_SSL_CLIENT_CERTIFICATE) {
    return {Error(ErrorCode::kBadCertificate, "the client's certificate cannot be read: " +
                                                  identity::ParseErrorText(mbedtls_error)),
            MBEDTLS_SSL_ALERT_MSG_BAD_CERT};
  }
  if (IsCertificateVerify(state)) return ExplainSignature(mbedtls_error);
  return {Error(ErrorCode::kHandshakeFailed, WithNumber("the TLS exchange failed", mbedtls_error)),
          MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE};
}

}  // namespace pinlatch::tls
