// Fuzzes tls::Certificate::Parse, tls::ReadExtensions, tls::ReadNameConstraints,
// tls::ReadGeneralNames, tls::ReadDistributionPoints, tls::ReadSignatureAlgorithm and
// tls::CanonicalName on raw bytes, and the rules that hold for one certificate
// (tls::CheckCertificate, CheckAuthority, CheckEndEntity, CheckNames) on what parses. What our
// reader and mbedTLS's make of one certificate must be the same.
//
// Accepted is a certificate that breaks none of these rules, an authority as one, any other as the
// end entity.
#include <algorithm>
#include <string>

#include "base/encoding.h"
#include "identity/describe.h"
#include "names/distinguished_name.h"
#include "outcome.h"
#include "trust/certificate_rules.h"
#include "trust/name_rules.h"
#include "trust/policy_rules.h"
#include "trust/verify_rule.h"
#include "x509/certificate.h"

namespace {

using pinlatch::ByteSpan;
using pinlatch::fuzz::Outcome;
using pinlatch::fuzz::Require;
using pinlatch::tls::Certificate;
using pinlatch::tls::DerReader;

constexpr pinlatch::UnixSeconds kNow = 1780272000;

bool IsInside(ByteSpan part, ByteSpan whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::string SerialText(ByteSpan serial) {
  while (serial.size() > 1 && serial.front() == 0) serial = serial.subspan(1);
  return pinlatch::HexEncode(serial);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// Each part of a certificate has a reader, which takes any bytes.
void ReadParts(ByteSpan input) {
  std::string error;
  const bool are_read = pinlatch::tls::ReadExtensions(input, error).has_value();
  Require(are_read || !error.empty());
  pinlatch::tls::ReadNameConstraints(DerReader(input));
  pinlatch::tls::ReadGeneralNames(DerReader(input));
  pinlatch::tls::ReadDistributionPoints(DerReader(input));
  pinlatch::tls::ReadSignatureAlgorithm(input);
  pinlatch::tls::CanonicalName(input);
}

void CheckAgreement(const Certificate& certificate) {
  const auto described = pinlatch::identity::Describe(certificate.der());
  // mbedTLS reads the key with all else; ours is read when something is to be checked with it.
  if (!described.ok()) return Require(certificate.ReadKey() == nullptr);
  Require(described->not_before == certificate.not_before());
  Require(described->not_after == certificate.not_after());
  Require(Lower(described->serial) == SerialText(certificate.serial()));
  Require(described->subject.empty() == certificate.subject().empty());
  const bool same_print =
      described->spki_sha256 == pinlatch::identity::Sha256Of(certificate.key_info());
  Require(same_print);
}

Outcome CheckRules(const Certificate& certificate) {
  using namespace pinlatch::tls;
  const Check always = CheckCertificate(certificate, kNow, 2048);
  const Check authority = CheckAuthority(certificate, Purpose::kClientAuth, false);
  const Check end_entity = CheckEndEntity(certificate, Purpose::kClientAuth);
  for (const Check* check : {&always, &authority, &end_entity})
    Require(!*check || (*check)->certificate == &certificate);
  uint32_t comparisons = 1 << 16;
  const Check names = CheckNames(certificate, true, {&certificate}, comparisons);
  Require(comparisons <= 1 << 16);
  Require(names || certificate.subject().empty() || !certificate.extensions().name_constraints ||
          !certificate.extensions().name_constraints->is_unsupported);
  CheckPolicies({&certificate, &certificate, &certificate});
  Require(!HintsDisagree(certificate, certificate) || certificate.version() == 3);
  const bool is_authority = certificate.extensions().is_ca;
  for (const Check* check : {&always, is_authority ? &authority : &end_entity, &names})
    if (*check) return Outcome::Refused(FactsOf((*check)->rule).name);
  return Outcome::Accepted(is_authority ? "authority" : "end-entity");
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  ReadParts(input);
  const auto parsed = Certificate::Parse(input);
  if (!parsed.ok()) {
    Require(parsed.error().code == ErrorCode::kBadCertificate && !parsed.error().detail.empty());
    return Outcome::Refused(parsed.error().code);
  }
  const Certificate& certificate = **parsed;
  for (const ByteSpan part : {certificate.tbs(), certificate.serial(), certificate.subject_der(),
                              certificate.key_info(), certificate.signature()}) {
    Require(IsInside(part, input));
  }
  Require(certificate.version() >= 1 && certificate.version() <= 3);
  CheckAgreement(certificate);
  return CheckRules(certificate);
}

std::vector<std::string_view> MustReach() {
  return {"accept-authority", "accept-end-entity", "refuse-bad-certificate",
          "refuse-critical-extension"};
}

}  // namespace pinlatch::fuzz
