// See facts.h.
#include "policy/facts.h"

#include <optional>

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
    const std::optional<identity::AddressOctets> address = identity::ParseAddress(text);
    if (address) addresses_.push_back(*address);
  }
}

const std::optional<tls::TwinPrints>& Facts::twin() const {
  if (!knows_twin_ && !identity_.chain.empty()) twin_ = tls::TwinPrintsOf(identity_.leaf());
  knows_twin_ = true;
  return twin_;
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

}  // namespace pinlatch::policy
