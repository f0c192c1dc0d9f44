// Fuzzes tls::Certificate::Parse, tls::ReadExtensions, tls::ReadNameConstraints,
// tls::ReadGeneralNames, tls::ReadDistributionPoints, tls::ReadSignatureAlgorithm and
// tls::CanonicalName on raw bytes, and the rules that hold for one certificate
// (tls::CheckCertificate, CheckAuthority, CheckEndEntity, CheckNames) on what parses. What our
// reader and mbedTLS's make of one certificate must be the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/encoding.h"
#include "identity/describe.h"
#include "names/distinguished_name.h"
#include "trust/certificate_rules.h"
#include "trust/name_rules.h"
#include "trust/policy_rules.h"
#include "x509/certificate.h"

namespace {

using pinlatch::ByteSpan;
using pinlatch::tls::Certificate;
using pinlatch::tls::DerReader;

constexpr pinlatch::UnixSeconds kNow = 1780272000;

void Require(bool holds) {
  if (!holds) std::abort();
}

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

void CheckAgreement(const Certificate& certificate) {
  const auto described = pinlatch::identity::Describe(certificate.der());
  Require(described.ok());
  Require(described->not_before == certificate.not_before());
  Require(described->not_after == certificate.not_after());
  Require(Lower(described->serial) == SerialText(certificate.serial()));
  Require(described->subject.empty() == certificate.subject().empty());
  const bool same_print =
      described->spki_sha256 == pinlatch::identity::Sha256Of(certificate.key_info());
  Require(same_print);
}

void CheckRules(const Certificate& certificate) {
  using namespace pinlatch::tls;
  const Check checks[] = {CheckCertificate(certificate, kNow, 2048),
                          CheckAuthority(certificate, Purpose::kClientAuth, false),
                          CheckEndEntity(certificate, Purpose::kClientAuth)};
  for (const Check& check : checks) Require(!check || check->certificate == &certificate);
  uint32_t comparisons = 1 << 16;
  const Check names = CheckNames(certificate, true, {&certificate}, comparisons);
  Require(comparisons <= 1 << 16);
  Require(names || certificate.subject().empty() || !certificate.extensions().name_constraints ||
          !certificate.extensions().name_constraints->is_unsupported);
  CheckPolicies({&certificate, &certificate, &certificate});
  Require(!HintsDisagree(certificate, certificate) || certificate.version() == 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteSpan input(data, size);
  std::string error;
  pinlatch::tls::ReadExtensions(input, error);
  pinlatch::tls::ReadNameConstraints(DerReader(input));
  pinlatch::tls::ReadGeneralNames(DerReader(input));
  pinlatch::tls::ReadDistributionPoints(DerReader(input));
  pinlatch::tls::ReadSignatureAlgorithm(input);
  pinlatch::tls::CanonicalName(input);
  const auto parsed = Certificate::Parse(input);
  if (!parsed.ok()) {
    Require(parsed.error().code == pinlatch::ErrorCode::kBadCertificate &&
            !parsed.error().detail.empty());
    return 0;
  }
  const Certificate& certificate = **parsed;
  for (const ByteSpan part : {certificate.tbs(), certificate.serial(), certificate.subject_der(),
                              certificate.key_info(), certificate.signature()}) {
    Require(IsInside(part, input));
  }
  Require(certificate.version() >= 1 && certificate.version() <= 3);
  CheckAgreement(certificate);
  CheckRules(certificate);
  return 0;
}
