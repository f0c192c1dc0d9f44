// See identity_field.h.
#include "snapshot/identity_field.h"

#include <array>

#include "snapshot/text_rules.h"

namespace pinlatch::snapshot {
namespace {

// In the order of IdentityField. A name that ends in a dot goes on with a type of attribute.
constexpr std::array<std::string_view, 17> kNames = {
    "fingerprint.sha256", "fingerprint.sha1", "spki.sha256", "subject",  "issuer",
    "subject.",           "issuer.",          "serial",      "san.dns",  "san.uri",
    "san.email",          "san.ip",           "notBefore",   "notAfter", "keyAlgorithm",
    "signatureAlgorithm", "policies"};
static_assert(kNames.size() == static_cast<size_t>(IdentityField::kPolicies) + 1);

bool Fits(std::string_view name, std::string_view known) {
  if (!known.ends_with('.')) return name == known;
  return name.starts_with(known) && kAttributeTypeRule.holds(name.substr(known.size()));
}

}  // namespace

bool ParseFieldName(std::string_view name, NamedField& into) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    const std::string_view known = kNames[i];
    if (!Fits(name, known)) continue;
    into.field = static_cast<IdentityField>(i);
    into.attribute = known.ends_with('.') ? name.substr(known.size()) : std::string_view();
    return true;
  }
  return false;
}

std::string FieldName(IdentityField field, std::string_view attribute) {
  return std::string(kNames[static_cast<size_t>(field)]).append(attribute);
}

}  // namespace pinlatch::snapshot
