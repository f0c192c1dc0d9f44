// Owns the table from error codes to TLS alerts, and the names of alerts. Pure.
#include "session/alerts.h"

namespace pinlatch::tls {
namespace {

enum Alert : uint8_t {
#define PINLATCH_ALERTS(ALERT)                \
  ALERT(close_notify, 0)                      \
  ALERT(unexpected_message, 10)               \
  ALERT(bad_record_mac, 20)                   \
  ALERT(decryption_failed, 21)                \
  ALERT(record_overflow, 22)                  \
  ALERT(handshake_failure, 40)                \
  ALERT(no_certificate, 41)                   \
  ALERT(bad_certificate, 42)                  \
  ALERT(unsupported_certificate, 43)          \
  ALERT(certificate_revoked, 44)              \
  ALERT(certificate_expired, 45)              \
  ALERT(certificate_unknown, 46)              \
  ALERT(illegal_parameter, 47)                \
  ALERT(unknown_ca, 48)                       \
  ALERT(access_denied, 49)                    \
  ALERT(decode_error, 50)                     \
  ALERT(decrypt_error, 51)                    \
  ALERT(protocol_version, 70)                 \
  ALERT(insufficient_security, 71)            \
  ALERT(internal_error, 80)                   \
  ALERT(inappropriate_fallback, 86)           \
  ALERT(user_canceled, 90)                    \
  ALERT(no_renegotiation, 100)                \
  ALERT(missing_extension, 109)               \
  ALERT(unsupported_extension, 110)           \
  ALERT(unrecognized_name, 112)               \
  ALERT(bad_certificate_status_response, 113) \
  ALERT(unknown_psk_identity, 115)            \
  ALERT(certificate_required, 116)            \
  ALERT(no_application_protocol, 120)
#define PINLATCH_ALERT(name, number) name = number,
  PINLATCH_ALERTS(PINLATCH_ALERT)
#undef PINLATCH_ALERT
};

}  // namespace

uint8_t AlertFor(ErrorCode code, snapshot::TlsVersion version) {
  switch (code) {
    case ErrorCode::kClientCertificateMissing:
      // RFC 8446 section 4.4.2.4, RFC 5246 section 7.4.6.
      return version == snapshot::TlsVersion::kTls13 ? certificate_required : handshake_failure;
    case ErrorCode::kUnknownCa:
      return unknown_ca;
    case ErrorCode::kCertificateExpired:
    case ErrorCode::kCertificateNotYetValid:
      // "A certificate has expired or is not currently valid."
      return certificate_expired;
    case ErrorCode::kCertificateRevoked:
      return certificate_revoked;
    case ErrorCode::kRevocationUnknown:
      // "Some other (unspecified) issue arose in processing the certificate": nothing is known
      // against it, so neither revoked nor bad would be true.
      return certificate_unknown;
    case ErrorCode::kBadCertificate:
      return bad_certificate;
    case ErrorCode::kUnsupportedCertificate:
      return unsupported_certificate;
    case ErrorCode::kUnknownServerName:
      return unrecognized_name;
    case ErrorCode::kProtocolVersion:
      return protocol_version;
    case ErrorCode::kTlsRecord:
      return decode_error;
    case ErrorCode::kHandshakeFailed:
      return handshake_failure;
    default:
      return internal_error;
  }
}

std::string_view AlertName(int description) {
  switch (description) {
#define PINLATCH_ALERT(name, number) \
  case number:                       \
    return #name;
    PINLATCH_ALERTS(PINLATCH_ALERT)
#undef PINLATCH_ALERT
    default:
      return "unknown";
  }
}

std::string AlertText(int description) {
  return std::string(AlertName(description)) + " (" + std::to_string(description) + ")";
}

}  // namespace pinlatch::tls
