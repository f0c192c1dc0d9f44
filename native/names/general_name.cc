// Reads general names. Directory names get their canonical form at once: they are compared more
// often than read.
#include "names/general_name.h"

#include <algorithm>

#include "der/attribute_syntax.h"
#include "names/distinguished_name.h"

namespace pinlatch::tls {
namespace {

bool IsConstructed(GeneralNameKind kind) {
  return kind == GeneralNameKind::kOther || kind == GeneralNameKind::kX400 ||
         kind == GeneralNameKind::kDirectory || kind == GeneralNameKind::kEdiParty;
}

bool IsText(GeneralNameKind kind) {
  return kind == GeneralNameKind::kEmail || kind == GeneralNameKind::kDns ||
         kind == GeneralNameKind::kUri;
}

bool IsIa5(ByteSpan bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte < 0x80; });
}

// DirectoryString (RFC 5280 section 4.1.2.4), explicitly tagged.
bool IsDirectoryString(DerReader tagged) {
  const DerReader::Element text = tagged.Next();
  const bool has_type = text.tag == der::kTeletexString || text.tag == der::kPrintableString ||
                        text.tag == der::kUniversalString || text.tag == der::kUtf8String ||
                        text.tag == der::kBmpString;
  return tagged.AtEnd() && has_type && !text.content.empty() &&
         TextFault(text.tag, text.content).empty() &&
         CharacterFault(text.tag, text.content).empty();
}

bool IsOtherName(DerReader content) {
  content.TakeOid();
  DerReader value = content.Enter(der::Constructed(0));
  value.Next();
  return value.AtEnd() && content.AtEnd();
}

bool IsEdiPartyName(DerReader content) {
  if (content.NextIs(der::Constructed(0)) && !IsDirectoryString(content.Enter(der::Constructed(0))))
    return false;
  return IsDirectoryString(content.Enter(der::Constructed(1))) && content.AtEnd();
}

bool HasForm(GeneralNameKind kind, ByteSpan value) {
  if (IsText(kind)) return IsIa5(value);
  if (kind == GeneralNameKind::kRegisteredId) return IsOid(value);
  if (kind == GeneralNameKind::kOther) return IsOtherName(DerReader(value));
  return kind != GeneralNameKind::kEdiParty || IsEdiPartyName(DerReader(value));
}

std::string KeyOf(GeneralNameKind kind, std::string_view value) {
  std::string key(1, static_cast<char>(kind));
  key += value;
  return key;
}

}  // namespace

std::string GeneralName::Key() const {
  return KeyOf(kind, kind == GeneralNameKind::kDirectory ? std::string_view(canonical) : text());
}

std::string DirectoryKey(std::string_view canonical) {
  return KeyOf(GeneralNameKind::kDirectory, canonical);
}

GeneralName ReadGeneralName(DerReader& reader) {
  const DerReader::Element element = reader.Next();
  GeneralName name;
  const auto number = static_cast<uint8_t>(element.tag & 0x1f);
  name.kind = static_cast<GeneralNameKind>(number);
  const uint8_t tag =
      number <= 8 && IsConstructed(name.kind) ? der::Constructed(number) : der::Primitive(number);
  if (!reader.ok() || number > 8 || element.tag != tag) {
    reader.Fail();
    return name;
  }
  name.value = element.content;
  if (!HasForm(name.kind, name.value)) reader.Fail();
  if (name.kind == GeneralNameKind::kDirectory) {
    std::optional<std::string> canonical = CanonicalName(name.value);
    if (canonical) {
      name.canonical = std::move(*canonical);
    } else {
      reader.Fail();
    }
  }
  return name;
}

std::optional<std::vector<GeneralName>> ReadGeneralNames(DerReader reader) {
  std::vector<GeneralName> names;
  while (reader.HasMore()) names.push_back(ReadGeneralName(reader));
  if (!reader.AtEnd() || names.empty()) return std::nullopt;
  return names;
}

}  // namespace pinlatch::tls
