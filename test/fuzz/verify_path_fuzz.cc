// Fuzzes tls::Verify with everything behind it (tls::TrustBundle::FromBytes, tls::PathSearch,
// tls::RevocationCheck, tls::CheckPolicies). Signatures are not checked but made up, so that
// mutated chains get past them: this file stands in for x509/signature_check.cc, and a signature is
// true unless its last byte is 0. What is accepted must be a path, must be accepted as long as the
// verdict says, and not with a false signature; and the work must stay within its bounds.
//
// An input is: one byte of flags, four bytes of time (big-endian seconds), then pieces of one byte
// of kind (modulo 3: anchor, presented certificate, revocation list), two bytes of length, and DER.
#include <algorithm>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "outcome.h"
#include "trust/trust_bundle.h"
#include "trust/verifier.h"
#include "x509/certificate.h"
#include "x509/public_key.h"

namespace {

uint32_t signature_checks = 0;

}  // namespace

namespace pinlatch::tls {

bool PublicKey::Takes(const SignatureAlgorithm&) const { return true; }
bool PublicKey::Fits(const SignatureAlgorithm&, ByteSpan) const { return true; }

bool PublicKey::Verifies(const SignatureAlgorithm&, ByteSpan, ByteSpan signature) const {
  ++signature_checks;
  return signature.empty() || signature.back() != 0;
}

bool PublicKey::VerifiesDigest(const SignatureAlgorithm& algorithm, const Digest&,
                               ByteSpan signature) const {
  return Verifies(algorithm, {}, signature);
}

}  // namespace pinlatch::tls

namespace {

using namespace pinlatch;
using fuzz::Outcome;
using fuzz::Require;
using Bytes = std::vector<uint8_t>;

struct Input {
  uint8_t flags = 0;
  UnixSeconds now = 0;
  std::string anchors;  // PEM
  std::vector<Bytes> chain;
  std::vector<Bytes> lists;
};

std::string Pem(ByteSpan der) {
  return "-----BEGIN CERTIFICATE-----\n" + Base64Encode(der) + "\n-----END CERTIFICATE-----\n";
}

Input Cut(ByteSpan bytes) {
  Input input;
  input.flags = bytes[0];
  for (size_t i = 1; i < 5; ++i) input.now = input.now << 8 | bytes[i];
  bytes = bytes.subspan(5);
  while (bytes.size() >= 3) {
    const uint8_t kind = bytes[0] % 3;
    const size_t size =
        std::min<size_t>(static_cast<size_t>(bytes[1] << 8 | bytes[2]), bytes.size() - 3);
    const ByteSpan piece = bytes.subspan(3, size);
    if (kind == 0) input.anchors += Pem(piece);
    if (kind == 1) input.chain.emplace_back(piece.begin(), piece.end());
    if (kind == 2) input.lists.emplace_back(piece.begin(), piece.end());
    bytes = bytes.subspan(3 + size);
  }
  return input;
}

snapshot::Trust SettingsOf(uint8_t flags) {
  snapshot::Trust trust;
  trust.min_rsa_bits = 1024;
  if ((flags & 0x02) == 0) return trust;
  trust.revocation.emplace();
  trust.revocation->accept_unlisted_issuers = (flags & 0x04) != 0;
  trust.revocation->leaf_only = (flags & 0x08) != 0;
  trust.revocation->when_stale = static_cast<snapshot::WhenStale>((flags >> 4) % 3);
  trust.revocation->accept_unnumbered = (flags & 0x40) != 0;
  return trust;
}

tls::Verdict Ask(const Input& input, const std::vector<Bytes>& chain, const tls::TrustBundle& trust,
                 UnixSeconds now) {
  const std::vector<ByteSpan> presented(chain.begin(), chain.end());
  signature_checks = 0;
  tls::Verdict verdict = tls::Verify(
      {.chain = presented,
       .trust = trust,
       .purpose = (input.flags & 0x01) != 0 ? tls::Purpose::kServerAuth : tls::Purpose::kClientAuth,
       .now = now,
       .limits = trust.limits()});
  Require(signature_checks <= trust.limits().max_signature_checks);
  return verdict;
}

// A pinned leaf needs no signature; any other is refused when its own is false.
void CheckFalseSignature(const Input& input, const tls::TrustBundle& trust) {
  std::vector<Bytes> chain = input.chain;
  chain.front().back() = 0;
  Require(!Ask(input, chain, trust, input.now).accepted());
}

void CheckAccepted(const Input& input, const tls::Verdict& verdict) {
  Require(!verdict.path.empty() &&
          AsText(verdict.path.front()) == AsText(ByteSpan(input.chain.front())));
  Require(input.anchors.find(Base64Encode(verdict.path.back())) != std::string::npos);
  Require(verdict.valid_until >= input.now);
  for (size_t i = 0; i < verdict.path.size(); ++i) {
    const auto certificate = tls::Certificate::ParseAnchor(verdict.path[i]);
    Require(certificate.ok());
    Require((*certificate)->not_before() <= input.now && input.now <= (*certificate)->not_after());
  }
}

void CheckRefused(const tls::Refusal& refusal) {
  Require(SourceOf(refusal.code) == ErrorSource::kDownstream);
  Require(!refusal.rule.empty() && !refusal.section.empty() && !refusal.remedy.empty());
  Require(refusal.ToString().find(refusal.rule) == 0);
}

Outcome Judge(const Input& input, const tls::TrustBundle& trust) {
  const tls::Verdict verdict = Ask(input, input.chain, trust, input.now);
  if (!verdict.accepted()) {
    CheckRefused(*verdict.refusal);
    return Outcome::Refused(verdict.refusal->rule);
  }
  CheckAccepted(input, verdict);
  Require(Ask(input, input.chain, trust, verdict.valid_until).accepted());
  if (verdict.path.size() > 1) CheckFalseSignature(input, trust);
  return Outcome::Accepted((input.flags & 0x02) != 0 ? "with-lists" : "without-lists");
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan bytes) {
  if (bytes.size() < 5) return Outcome::Incomplete();
  const Input input = Cut(bytes);
  const std::vector<ByteSpan> lists(input.lists.begin(), input.lists.end());
  const auto bundle =
      tls::TrustBundle::FromBytes(SettingsOf(input.flags), AsBytes(input.anchors), lists);
  if (bundle.ok()) return Judge(input, **bundle);
  Require(SourceOf(bundle.error().code) == ErrorSource::kConfig);
  return Outcome::Refused(bundle.error().code);
}

std::vector<std::string_view> MustReach() {
  return {"accept-with-lists", "accept-without-lists", "refuse-signature", "refuse-revoked"};
}

}  // namespace pinlatch::fuzz
