// Owns the identity and the conditions that tests of policy/ share.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "identity/peer_identity.h"
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
