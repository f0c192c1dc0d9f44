// Owns the identity and the conditions that tests of policy/ share.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "der/der_writer.h"
#include "identity/describe.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

using snapshot::Condition;
using snapshot::IdentityField;
using snapshot::Match;

inline identity::PeerIdentity Kiosk() {
  identity::PeerIdentity identity;
  identity.sha256.fill(0x11);
  identity.sha1.fill(0x22);
  identity.spki_sha256.fill(0x33);
  identity.subject = "CN=kiosk 7,OU=kiosks+OU=hall,O=Acme\\, Inc.,C=DE";
  identity.issuer = "CN=Device CA,2.5.4.97=#0C0956415444452D313233";
  identity.serial = "0ABC";
  identity.not_before = 1'700'000'000;
  identity.not_after = 1'800'000'000;
  identity.san_dns = {"Kiosk-7.hall.example.com", "alias.example.org"};
  identity.san_uri = {"spiffe://example.org/kiosk/7"};
  identity.san_email = {"Ops@Example.com"};
  identity.san_ip = {"10.1.2.3", "2001:db8::1"};
  identity.key_algorithm = "EC P-256";
  identity.signature_algorithm = "ecdsa-with-SHA256";
  identity.policies = {"1.2.3", "2.5.29.32.0"};
  return identity;
}

// SignedByEcdsa returns what is a certificate as far as its signature goes; the other of two that
// are the same but for that has `is_twin`.
inline std::vector<uint8_t> SignedByEcdsa(bool is_twin) {
  constexpr uint8_t kOid[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
  constexpr uint8_t kNoUnusedBits[] = {0};
  constexpr uint8_t kOne[] = {1};
  // n - 1 of P-256.
  constexpr uint8_t kLess[] = {0xff, 0xff, 0xff, 0xff, 0,    0,    0,    0,    0xff, 0xff, 0xff,
                               0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                               0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x50};
  const auto r = tls::UnsignedInteger(kOne);
  const auto s = tls::UnsignedInteger(is_twin ? ByteSpan(kLess) : ByteSpan(kOne));
  const auto signature = tls::Element(0x03, {kNoUnusedBits, tls::Element(0x30, {r, s})});
  const auto algorithm = tls::Element(0x30, {tls::Element(0x06, {kOid})});
  return tls::Element(0x30, {tls::Element(0x30, {}), algorithm, signature});
}

// FingerprintsOf returns the identity of a certificate, as far as fingerprints go.
inline identity::PeerIdentity FingerprintsOf(std::vector<uint8_t> der) {
  identity::PeerIdentity identity = Kiosk();
  identity.sha256 = identity::Sha256Of(der);
  identity.sha1 = identity::Sha1Of(der);
  identity.chain = {std::move(der)};
  return identity;
}

inline Match Exactly(std::string_view text) {
  Match match;
  match.text = text;
  return match;
}
inline Match Pattern(std::string_view text) {
  Match match = Exactly(text);
  match.kind = Match::Kind::kGlob;
  return match;
}
inline Match Digest(uint8_t byte, uint8_t size) {
  Match match;
  match.size = size;
  match.bytes.fill(byte);
  return match;
}

inline Match DigestOf(ByteSpan digest) {
  Match match;
  match.size = static_cast<uint8_t>(digest.size());
  std::copy(digest.begin(), digest.end(), match.bytes.begin());
  return match;
}

inline Condition FieldIs(IdentityField field, std::vector<Match> one_of,
                         std::string attribute = "") {
  Condition condition;
  condition.kind = Condition::Kind::kField;
  condition.at = "/clients/kiosk/when/x";
  condition.field = field;
  condition.attribute = std::move(attribute);
  condition.one_of = std::move(one_of);
  return condition;
}
inline Condition Subject(std::string attribute, std::string_view value) {
  return FieldIs(IdentityField::kSubjectAttribute, {Exactly(value)}, std::move(attribute));
}
inline Condition Of(Condition::Kind kind, std::vector<Condition> parts) {
  Condition condition;
  condition.kind = kind;
  condition.parts = std::move(parts);
  return condition;
}
inline Condition Not(Condition part) { return Of(Condition::Kind::kNot, {std::move(part)}); }

}  // namespace pinlatch::policy
