// Owns IdentityField: what there is to know of a client's certificate, under the names that the
// configuration has for it. Conditions ask for it, headers carry it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinlatch::snapshot {

enum class IdentityField : uint8_t {
  kSha256,
  kSha1,
  kSpkiSha256,
  kSubject,  // the whole name
  kIssuer,
  kSubjectAttribute,  // the values of one type of attribute, which stands beside the field
  kIssuerAttribute,
  kSerial,
  kSanDns,
  kSanUri,
  kSanEmail,
  kSanIp,
  kNotBefore,
  kNotAfter,
  kKeyAlgorithm,
  kSignatureAlgorithm,
  kPolicies,
};

// NamedField is a field with what its name says beside it.
struct NamedField {
  IdentityField field = IdentityField::kSubject;
  std::string attribute;  // "OU", or a dotted number; empty but for an attribute of a name
  bool operator==(const NamedField&) const = default;
};

// ParseFieldName reads "san.dns", "subject.OU", …; false when there is no such field. Which types
// of attributes there are is kAttributeTypeRule's to say (snapshot/text_rules.h).
bool ParseFieldName(std::string_view name, NamedField& into);

// FieldName returns the name back.
std::string FieldName(IdentityField field, std::string_view attribute);

}  // namespace pinlatch::snapshot
