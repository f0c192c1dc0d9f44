// Judges certificates one by one.
#include "trust/certificate_rules.h"

#include <cstdio>
#include <ctime>

namespace pinlatch::tls {
namespace {

bool Allows(const std::optional<KeyPurposes>& purposes, Purpose purpose) {
  if (!purposes || purposes->any) return true;
  return purpose == Purpose::kClientAuth ? purposes->client_auth : purposes->server_auth;
}

std::string_view PurposeText(Purpose purpose) {
  return purpose == Purpose::kClientAuth ? "clientAuth" : "serverAuth";
}

Check CheckLeafNames(const Certificate& certificate) {
  const Extensions& extensions = certificate.extensions();
  const bool has_names =
      !extensions.alternative_names.empty() && extensions.alternative_names_critical;
  if (certificate.subject().empty() && !has_names) {
    return Failure{Rule::kEmptySubject, &certificate,
                   "it has neither a subject nor a critical subjectAltName"};
  }
  return std::nullopt;
}

// Beside a signature by an algorithm that is not known mbedTLS reads no key.
Failure UnreadableKey(const Certificate& certificate) {
  if (certificate.algorithm()) return {Rule::kMalformed, &certificate, certificate.key_error()};
  return {Rule::kSignatureAlgorithm, &certificate,
          "it is signed with " + certificate.AlgorithmText() + ", which is not supported"};
}

}  // namespace

std::string TimeText(UnixSeconds time) {
  const time_t seconds = time;
  std::tm parts{};
  char text[64];
  if (gmtime_r(&seconds, &parts) == nullptr) return std::to_string(time);
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, size);
}

Check CheckCertificate(const Certificate& certificate, const ClockReading& clock,
                       uint32_t min_rsa_bits) {
  if (!clock.HasBegun(certificate.not_before())) {
    return Failure{Rule::kNotYetValid, &certificate,
                   "valid from " + TimeText(certificate.not_before()) + "; the clock says " +
                       TimeText(clock.now())};
  }
  if (clock.HasEnded(certificate.not_after())) {
    return Failure{Rule::kExpired, &certificate,
                   "valid until " + TimeText(certificate.not_after()) + "; the clock says " +
                       TimeText(clock.now())};
  }
  const ByteSpan unknown = certificate.extensions().unknown_critical;
  if (!unknown.empty())
    return Failure{Rule::kCriticalExtension, &certificate, "extension " + OidText(unknown)};
  const ByteSpan qualifier = certificate.extensions().policy_qualifier;
  if (!qualifier.empty())
    return Failure{Rule::kPolicyQualifier, &certificate, "qualifier " + OidText(qualifier)};
  if (!certificate.unsupported_key().empty())
    return Failure{Rule::kKeyKind, &certificate, certificate.unsupported_key()};
  const PublicKey* key = certificate.ReadKey();
  if (key == nullptr) return UnreadableKey(certificate);
  if (!key->IsStrong(min_rsa_bits)) {
    return Failure{Rule::kKeyStrength, &certificate, "its key is " + key->Describe()};
  }
  return std::nullopt;
}

Check CheckAuthority(const Certificate& certificate, std::optional<Purpose> purpose,
                     bool is_anchor) {
  const Extensions& extensions = certificate.extensions();
  const bool is_old_root = is_anchor && certificate.version() < 3 && certificate.is_self_issued();
  if (!extensions.is_ca && !is_old_root) return Failure{Rule::kNotCa, &certificate, {}};
  if (!certificate.HasUsage(kKeyCertSign)) return Failure{Rule::kCaKeyUsage, &certificate, {}};
  if (certificate.subject().empty()) return Failure{Rule::kEmptySubject, &certificate, {}};
  if (purpose && !Allows(extensions.purposes, *purpose)) {
    return Failure{Rule::kCaKeyPurpose, &certificate,
                   "it does not allow " + std::string(PurposeText(*purpose))};
  }
  return std::nullopt;
}

Check CheckEndEntity(const Certificate& certificate, Purpose purpose) {
  const Extensions& extensions = certificate.extensions();
  PINLATCH_HOLD(CheckLeafNames(certificate));
  if (!Allows(extensions.purposes, purpose)) {
    return Failure{Rule::kExtendedKeyUsage, &certificate,
                   "it does not allow " + std::string(PurposeText(purpose))};
  }
  // A client signs its handshake; a server's key may also agree on or decipher keys (RFC 5280
  // section 4.2.1.12).
  const uint16_t wanted =
      purpose == Purpose::kClientAuth
          ? kDigitalSignature
          : static_cast<uint16_t>(kDigitalSignature | kKeyEncipherment | kKeyAgreement);
  if (!certificate.HasUsage(wanted)) return Failure{Rule::kKeyUsage, &certificate, {}};
  if (!extensions.is_ca && extensions.key_usage && (*extensions.key_usage & kKeyCertSign) != 0) {
    return Failure{Rule::kEndEntityCertSign, &certificate, {}};
  }
  if (!extensions.is_ca && extensions.name_constraints) {
    return Failure{Rule::kNameConstraintMisplaced, &certificate, {}};
  }
  return std::nullopt;
}

}  // namespace pinlatch::tls
