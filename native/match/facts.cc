// See facts.h.
#include "match/facts.h"

#include <algorithm>
#include <optional>

#include "identity/name_text.h"
#include "x509/key_twin.h"

namespace pinlatch::policy {
namespace {

using snapshot::IdentityField;
using TextViews = std::vector<std::string_view>;

TextViews ValuesOf(const std::vector<identity::DecodedAttribute>& name, std::string_view type) {
  TextViews values;
  for (const identity::DecodedAttribute& attribute : name) {
    if (attribute.type == type) values.emplace_back(attribute.value);
  }
  return values;
}

size_t CountOf(std::string_view name, std::string_view type) {
  const std::vector<identity::NameAttribute> attributes = identity::SplitName(name);
  return static_cast<size_t>(
      std::count_if(attributes.begin(), attributes.end(),
                    [type](const identity::NameAttribute& each) { return each.type == type; }));
}

// The certificate has the RDNs the other way round than the text, and the attributes within one as
// the text.
std::optional<std::string> FirstOf(std::string_view name, std::string_view type) {
  std::optional<std::string> first;
  bool is_known = false;
  for (const identity::NameAttribute& each : identity::SplitName(name)) {
    if (each.begins_rdn) is_known = false;
    if (is_known || each.type != type) continue;
    is_known = true;
    first = identity::TextOf(each);
  }
  return first;
}

TextViews All(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

// An empty name, or what mbedTLS had no name for, is lacking.
TextViews One(const std::string& text) {
  return text.empty() ? TextViews() : TextViews{std::string_view(text)};
}

}  // namespace

Facts::Facts(const identity::PeerIdentity& identity)
    : identity_(identity),
      subject_(identity::DecodeName(identity.subject)),
      issuer_(identity::DecodeName(identity.issuer)) {
  for (const std::string& text : identity.san_ip) {
    const std::optional<AddressOctets> address = ParseAddress(text);
    if (address) addresses_.push_back(*address);
  }
}

const std::optional<tls::TwinPrints>& Facts::twin() const {
  if (!knows_twin_ && !identity_.chain.empty()) twin_ = tls::TwinPrintsOf(identity_.leaf());
  knows_twin_ = true;
  return twin_;
}

std::optional<identity::Sha256> Facts::key_twin() const {
  return identity_.chain.empty() ? std::nullopt : tls::KeyTwinPrint(identity_.leaf());
}

TextViews Facts::Texts(IdentityField field, std::string_view attribute) const {
  switch (field) {
    case IdentityField::kSubject:
      return One(identity_.subject);
    case IdentityField::kIssuer:
      return One(identity_.issuer);
    case IdentityField::kSubjectAttribute:
      return ValuesOf(subject_, attribute);
    case IdentityField::kIssuerAttribute:
      return ValuesOf(issuer_, attribute);
    case IdentityField::kSerial:
      return One(identity_.serial);
    case IdentityField::kSanDns:
      return All(identity_.san_dns);
    case IdentityField::kSanUri:
      return All(identity_.san_uri);
    case IdentityField::kSanEmail:
      return All(identity_.san_email);
    case IdentityField::kSanIp:
      return All(identity_.san_ip);
    case IdentityField::kKeyAlgorithm:
      return One(identity_.key_algorithm);
    case IdentityField::kSignatureAlgorithm:
      return One(identity_.signature_algorithm);
    case IdentityField::kPolicies:
      return All(identity_.policies);
    case IdentityField::kSha256:
    case IdentityField::kSha1:
    case IdentityField::kSpkiSha256:
    case IdentityField::kNotBefore:
    case IdentityField::kNotAfter:
      return {};  // bytes and moments have no text here
  }
  return {};
}

std::optional<std::string> Facts::First(IdentityField field, std::string_view attribute) const {
  if (field == IdentityField::kSubjectAttribute) return FirstOf(identity_.subject, attribute);
  if (field == IdentityField::kIssuerAttribute) return FirstOf(identity_.issuer, attribute);
  const TextViews values = Texts(field, attribute);
  return values.empty() ? std::nullopt : std::optional(std::string(values.front()));
}

size_t Facts::Count(IdentityField field, std::string_view attribute) const {
  if (field == IdentityField::kSubjectAttribute) return CountOf(identity_.subject, attribute);
  if (field == IdentityField::kIssuerAttribute) return CountOf(identity_.issuer, attribute);
  return Texts(field, attribute).size();
}

TextViews Facts::Claims(IdentityField field, std::string_view attribute) const {
  TextViews claims = Texts(field, attribute);
  const auto add = [&claims](const std::vector<std::string>& texts) {
    claims.insert(claims.end(), texts.begin(), texts.end());
  };
  if (field == IdentityField::kPolicies) add(identity_.asserted_policies);
  if (field == IdentityField::kSanEmail) add(identity_.other_mailboxes);
  return claims;
}

bool Facts::HasUnreadable(IdentityField field, std::string_view attribute) const {
  switch (field) {
    case IdentityField::kSubjectAttribute:
      return CountOf(identity_.subject, attribute) != ValuesOf(subject_, attribute).size();
    case IdentityField::kIssuerAttribute:
      return CountOf(identity_.issuer, attribute) != ValuesOf(issuer_, attribute).size();
    case IdentityField::kSubject:
      return identity::SplitName(identity_.subject).size() != subject_.size();
    case IdentityField::kIssuer:
      return identity::SplitName(identity_.issuer).size() != issuer_.size();
    case IdentityField::kSanIp:
      return addresses_.size() != identity_.san_ip.size();
    default:
      return false;
  }
}

}  // namespace pinlatch::policy
