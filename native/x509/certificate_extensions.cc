// Reads the extensions that path validation processes. Each reader takes the value of its extension
// to the very end; what is left over makes the certificate malformed.
#include "x509/certificate_extensions.h"

#include <algorithm>
#include <limits>

#include "der/attribute_syntax.h"
#include "x509/informative_extensions.h"

namespace pinlatch::tls {
namespace {

constexpr uint32_t kMaxSkip = std::numeric_limits<uint32_t>::max() / 2;
constexpr size_t kMaxExtensions = 64;

using namespace std::string_view_literals;
constexpr std::string_view kAnyPurpose = "\x55\x1d\x25\x00"sv;
constexpr std::string_view kServerAuth = "\x2b\x06\x01\x05\x05\x07\x03\x01"sv;
constexpr std::string_view kPracticeStatement = "\x2b\x06\x01\x05\x05\x07\x02\x01"sv;
constexpr std::string_view kUserNotice = "\x2b\x06\x01\x05\x05\x07\x02\x02"sv;
constexpr std::string_view kClientAuth = "\x2b\x06\x01\x05\x05\x07\x03\x02"sv;

bool ReadBasicConstraints(DerReader reader, Extensions& into) {
  DerReader list = reader.Enter(der::kSequence);
  into.is_ca = list.TakeDefaultFalse();
  if (list.NextIs(der::kInteger)) into.path_length = list.TakeSmall(kMaxSkip);
  return list.AtEnd() && reader.AtEnd();
}

bool ReadKeyUsage(DerReader reader, Extensions& into) {
  const ByteSpan bits = reader.TakeNamedBits();
  const unsigned first = bits.empty() ? 0 : bits[0];
  const unsigned second = bits.size() < 2 ? 0 : bits[1];
  into.key_usage = static_cast<uint16_t>(first << 8 | second);
  return reader.AtEnd() && !bits.empty();  // at least one bit is set
}

bool ReadPurposes(DerReader reader, Extensions& into) {
  DerReader list = reader.Enter(der::kSequence);
  KeyPurposes purposes;
  if (!list.HasMore()) return false;
  while (list.HasMore()) {
    const std::string_view oid = AsText(list.TakeOid());
    purposes.any |= oid == kAnyPurpose;
    purposes.client_auth |= oid == kClientAuth;
    purposes.server_auth |= oid == kServerAuth;
  }
  into.purposes = purposes;
  return list.AtEnd() && reader.AtEnd();
}

bool ReadAlternativeNames(DerReader reader, Extensions& into) {
  std::optional<std::vector<GeneralName>> names = ReadGeneralNames(reader.Enter(der::kSequence));
  if (!names || !reader.AtEnd()) return false;
  const bool sizes_hold = std::all_of(names->begin(), names->end(), [](const GeneralName& name) {
    return name.kind != GeneralNameKind::kIp || name.value.size() == 4 || name.value.size() == 16;
  });
  into.alternative_names = std::move(*names);
  return sizes_hold;
}

bool ReadSubjectKey(DerReader reader, Extensions& into) {
  into.subject_key_id = reader.Take(der::kOctetString);
  return reader.AtEnd();
}

bool ReadAuthority(DerReader reader, Extensions& into) {
  std::optional<AuthorityKey> key = ReadAuthorityKey(reader);
  if (key) into.authority_key = std::move(*key);
  return key.has_value();
}

bool ReadConstraints(DerReader reader, Extensions& into) {
  into.name_constraints = ReadNameConstraints(reader);
  return into.name_constraints.has_value();
}

bool ReadPoints(DerReader reader, Extensions& into) {
  std::optional<std::vector<DistributionPoint>> points = ReadDistributionPoints(reader);
  if (points) into.distribution_points = std::move(*points);
  return points.has_value();
}

bool NextIsDisplayText(const DerReader& reader) {
  return reader.NextIs(der::kIa5String) || reader.NextIs(der::kUtf8String) ||
         reader.NextIs(der::kVisibleString) || reader.NextIs(der::kBmpString);
}

bool TakeDisplayText(DerReader& reader) {
  const DerReader::Element text = reader.Next();
  return TextFault(text.tag, text.content).empty() &&
         CharacterFault(text.tag, text.content).empty();
}

bool IsNoticeReference(DerReader reference) {
  if (!NextIsDisplayText(reference) || !TakeDisplayText(reference)) return false;
  DerReader numbers = reference.Enter(der::kSequence);
  while (numbers.HasMore()) numbers.TakeInteger();
  return numbers.AtEnd() && reference.AtEnd();
}

bool IsUserNotice(DerReader reader) {
  DerReader notice = reader.Enter(der::kSequence);
  if (notice.NextIs(der::kSequence) && !IsNoticeReference(notice.Enter(der::kSequence)))
    return false;
  if (NextIsDisplayText(notice) && !TakeDisplayText(notice)) return false;
  return notice.AtEnd() && reader.AtEnd();
}

// Qualifiers inform people and decide nothing, but that a critical extension must be understood.
bool ReadQualifiers(DerReader list, Extensions& into) {
  while (list.HasMore()) {
    DerReader reader = list.Enter(der::kSequence);
    const ByteSpan oid = reader.TakeOid();
    const DerReader::Element qualifier = reader.Next();
    if (!reader.AtEnd()) return false;
    if (AsText(oid) == kPracticeStatement) {
      if (qualifier.tag != der::kIa5String) return false;
    } else if (AsText(oid) == kUserNotice) {
      if (!IsUserNotice(DerReader(qualifier.whole))) return false;
    } else if (into.policy_qualifier.empty()) {
      into.policy_qualifier = oid;
    }
  }
  return list.AtEnd();
}

bool ReadPolicies(DerReader reader, Extensions& into) {
  DerReader list = reader.Enter(der::kSequence);
  std::vector<std::string_view> policies;
  if (!list.HasMore()) return false;
  while (list.HasMore()) {
    DerReader policy = list.Enter(der::kSequence);
    policies.push_back(AsText(policy.TakeOid()));
    if (policy.NextIs(der::kSequence) && !ReadQualifiers(policy.Enter(der::kSequence), into))
      return false;
    if (!policy.AtEnd()) return false;
  }
  into.policies = policies;
  std::sort(policies.begin(), policies.end());
  const bool is_repeated = std::adjacent_find(policies.begin(), policies.end()) != policies.end();
  return list.AtEnd() && reader.AtEnd() && !is_repeated;
}

bool ReadMappings(DerReader reader, Extensions& into) {
  DerReader list = reader.Enter(der::kSequence);
  if (!list.HasMore()) return false;
  while (list.HasMore()) {
    DerReader mapping = list.Enter(der::kSequence);
    const std::string_view from = AsText(mapping.TakeOid());
    const std::string_view to = AsText(mapping.TakeOid());
    if (!mapping.AtEnd()) return false;
    into.policy_mappings.emplace_back(from, to);
  }
  return list.AtEnd() && reader.AtEnd();
}

bool ReadPolicyConstraints(DerReader reader, Extensions& into) {
  DerReader list = reader.Enter(der::kSequence);
  PolicyConstraints constraints;
  if (!list.HasMore()) return false;
  if (list.NextIs(der::Primitive(0)))
    constraints.require_explicit = list.TakeSmall(kMaxSkip, der::Primitive(0));
  if (list.NextIs(der::Primitive(1)))
    constraints.inhibit_mapping = list.TakeSmall(kMaxSkip, der::Primitive(1));
  into.policy_constraints = constraints;
  return list.AtEnd() && reader.AtEnd();
}

bool ReadInhibitAny(DerReader reader, Extensions& into) {
  into.inhibit_any_policy = reader.TakeSmall(kMaxSkip);
  return reader.AtEnd();
}

struct Reader {
  uint8_t id;       // the last arc below 2.5.29
  uint8_t section;  // of RFC 5280, below 4.2.1
  std::string_view name;
  bool (*read)(DerReader, Extensions&);
  bool handles_critical;  // identifiers must not be critical, and are hints that a path does not
                          // depend on
};

constexpr uint8_t kAlternativeNames = 17;
constexpr uint8_t kPolicies = 32;

constexpr Reader kReaders[] = {
    {14, 2, "subjectKeyIdentifier", ReadSubjectKey, false},
    {15, 3, "keyUsage", ReadKeyUsage, true},
    {kAlternativeNames, 6, "subjectAltName", ReadAlternativeNames, true},
    {19, 9, "basicConstraints", ReadBasicConstraints, true},
    {30, 10, "nameConstraints", ReadConstraints, true},
    {31, 13, "cRLDistributionPoints", ReadPoints, true},
    {kPolicies, 4, "certificatePolicies", ReadPolicies, true},
    {33, 5, "policyMappings", ReadMappings, true},
    {35, 1, "authorityKeyIdentifier", ReadAuthority, false},
    {36, 11, "policyConstraints", ReadPolicyConstraints, true},
    {37, 12, "extendedKeyUsage", ReadPurposes, true},
    {54, 14, "inhibitAnyPolicy", ReadInhibitAny, true},
};

const Reader* ReaderFor(ByteSpan oid) {
  if (oid.size() != 3 || oid[0] != 0x55 || oid[1] != 0x1d) return nullptr;
  const Reader* found = std::find_if(std::begin(kReaders), std::end(kReaders),
                                     [&](const Reader& r) { return r.id == oid[2]; });
  return found == std::end(kReaders) ? nullptr : found;
}

void NoteCriticality(ByteSpan oid, bool critical, Extensions& into) {
  const Reader* reader = ReaderFor(oid);
  const uint8_t id = reader == nullptr ? 0 : reader->id;
  if (id == kAlternativeNames) into.alternative_names_critical = critical;
  if (id == kPolicies && !critical) into.policy_qualifier = {};
  const bool processed = reader != nullptr && reader->handles_critical;
  if (critical && !processed && into.unknown_critical.empty()) into.unknown_critical = oid;
}

bool ReadOne(DerReader extension, std::vector<std::string_view>& seen, Extensions& into,
             std::string& error) {
  const ByteSpan oid = extension.TakeOid();
  const bool critical = extension.TakeDefaultFalse();
  const ByteSpan value = extension.Take(der::kOctetString);
  error = "extension " +
          (oid.empty() ? "with an OID that is not DER (X.690 section 8.19)" : OidText(oid));
  if (!extension.AtEnd()) {
    error += " is malformed";
    return false;
  }
  if (std::find(seen.begin(), seen.end(), AsText(oid)) != seen.end()) {
    error += " occurs twice (RFC 5280 section 4.2)";
    return false;
  }
  seen.push_back(AsText(oid));
  const Reader* reader = ReaderFor(oid);
  if (reader != nullptr && !reader->read(DerReader(value), into)) {
    error = "extension " + std::string(reader->name) +
            " is malformed or not DER (RFC 5280 section " + "4.2.1." +
            std::to_string(reader->section) + ")";
    return false;
  }
  if (into.quirk.empty()) into.quirk = InformativeExtensionFault(oid, value);
  NoteCriticality(oid, critical, into);
  return true;
}

}  // namespace

std::optional<Extensions> ReadExtensions(ByteSpan explicit_content, std::string& error) {
  DerReader outer(explicit_content);
  DerReader list = outer.Enter(der::kSequence);
  Extensions extensions;
  std::vector<std::string_view> seen;
  error = "the list of extensions is malformed";
  if (!list.HasMore()) return std::nullopt;
  while (list.HasMore()) {
    if (seen.size() == kMaxExtensions) {
      error = "more than 64 extensions";
      return std::nullopt;
    }
    if (!ReadOne(list.Enter(der::kSequence), seen, extensions, error)) return std::nullopt;
  }
  if (!list.AtEnd() || !outer.AtEnd()) return std::nullopt;
  return extensions;
}

std::optional<AuthorityKey> ReadAuthorityKey(DerReader reader) {
  DerReader list = reader.Enter(der::kSequence);
  AuthorityKey key;
  if (const std::optional<ByteSpan> id = list.TakeOptional(der::Primitive(0))) key.key_id = *id;
  const bool has_issuer = list.NextIs(der::Constructed(1));
  if (has_issuer) {
    const std::optional<std::vector<GeneralName>> names =
        ReadGeneralNames(list.Enter(der::Constructed(1)));
    if (!names) return std::nullopt;
    for (const GeneralName& name : *names) {
      if (name.kind == GeneralNameKind::kDirectory) key.issuers.push_back(name.canonical);
    }
  }
  // Both name the authority's certificate, or none does (RFC 5280 appendix A.2).
  if (list.NextIs(der::Primitive(2)) != has_issuer) return std::nullopt;
  if (has_issuer) key.serial = list.TakeInteger(der::Primitive(2));
  if (!list.AtEnd() || !reader.AtEnd()) return std::nullopt;
  return key;
}

std::string OidText(ByteSpan oid) {
  std::string text;
  uint64_t arc = 0;
  bool is_open = false;
  for (const uint8_t byte : oid) {
    if (arc >> 57 != 0) return "?";
    arc = arc << 7 | (byte & 0x7f);
    is_open = byte >= 0x80;
    if (is_open) continue;
    if (text.empty()) {
      const uint64_t root = arc < 80 ? arc / 40 : 2;
      text = std::to_string(root) + "." + std::to_string(arc - root * 40);
    } else {
      text += "." + std::to_string(arc);
    }
    arc = 0;
  }
  return text.empty() || is_open ? "?" : text;
}

}  // namespace pinlatch::tls
