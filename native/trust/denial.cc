// Compares fingerprints without early exit.
#include "trust/denial.h"

#include <algorithm>

#include "base/constant_time.h"
#include "identity/describe.h"
#include "x509/twin.h"

namespace pinlatch::tls {
namespace {

bool HasFingerprint(const std::vector<snapshot::Deny>& denied, ByteSpan fingerprint) {
  uint32_t hits = 0;
  for (const snapshot::Deny& entry : denied) {
    if (entry.kind == snapshot::Deny::Kind::kSha256)
      hits |= ConstantTimeEqual(entry.sha256, fingerprint);
  }
  return hits != 0;
}

bool HasSerial(const std::vector<std::vector<uint8_t>>& denied, ByteSpan serial) {
  if (serial.size() > 1 && serial.front() == 0) serial = serial.subspan(1);
  return std::any_of(denied.begin(), denied.end(), [&](const std::vector<uint8_t>& entry) {
    return AsText(entry) == AsText(serial);
  });
}

}  // namespace

std::optional<std::string> Denial(const TrustBundle::Impl& bundle, const Certificate& certificate,
                                  bool is_anchor) {
  const std::vector<snapshot::Deny>& denied = bundle.settings.deny;
  if (denied.empty()) return std::nullopt;
  if (HasFingerprint(denied, identity::Sha256Of(certificate.der()))) return "";
  if (!is_anchor && HasSerial(bundle.denied_serials, certificate.serial())) return "";
  const std::optional<TwinPrints> twin = TwinPrintsOf(certificate.der());
  if (!twin || !HasFingerprint(denied, twin->sha256)) return std::nullopt;
  return "its ECDSA signature was rewritten, (r, s) to (r, n - s), which changes the fingerprint "
         "and not the certificate";
}

}  // namespace pinlatch::tls
