// Folds names to canonical bytes. Every part is length-prefixed, so that no two names share a form
// by accident.
#include "tls/distinguished_name.h"

#include <algorithm>

#include "identity/string_types.h"
#include "tls/der_reader.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxAttributes = 128;
constexpr uint8_t kEmailAddress[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01};

void AppendPart(std::string& to, std::string_view part) {
  const auto size = static_cast<uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(size >> shift & 0xff);
  to += part;
}

std::string Fold(std::string_view text) {
  std::string folded;
  bool space = false;
  for (const char c : text) {
    if (c == ' ') {
      space = !folded.empty();
      continue;
    }
    if (space) folded += ' ';
    space = false;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

std::optional<std::string> CanonicalAttribute(DerReader attribute) {
  const ByteSpan type = attribute.Take(der::kOid);
  const DerReader::Element value = attribute.Next();
  if (!attribute.AtEnd() || type.empty()) return std::nullopt;
  std::string canonical;
  AppendPart(canonical, AsText(type));
  if (const std::optional<std::string> text =
          identity::DecodeDirectoryString(value.tag, value.content)) {
    AppendPart(canonical, "text");
    AppendPart(canonical, Fold(*text));
  } else {
    AppendPart(canonical, AsText(value.whole));
  }
  return canonical;
}

}  // namespace

std::optional<std::string> CanonicalRdn(ByteSpan set_content) {
  DerReader reader(set_content);
  std::vector<std::string> attributes;
  while (reader.HasMore()) {
    if (attributes.size() == kMaxAttributes) return std::nullopt;
    std::optional<std::string> attribute = CanonicalAttribute(reader.Enter(der::kSequence));
    if (!attribute) return std::nullopt;
    attributes.push_back(std::move(*attribute));
  }
  if (!reader.AtEnd() || attributes.empty()) return std::nullopt;
  std::sort(attributes.begin(), attributes.end());
  std::string joined;
  for (const std::string& attribute : attributes) AppendPart(joined, attribute);
  std::string canonical;
  AppendPart(canonical, joined);
  return canonical;
}

std::optional<std::string> CanonicalName(ByteSpan der) {
  DerReader outer(der);
  DerReader reader = outer.Enter(der::kSequence);
  if (!outer.AtEnd()) return std::nullopt;
  std::string canonical;
  for (size_t count = 0; reader.HasMore(); ++count) {
    if (count == kMaxAttributes) return std::nullopt;
    const ByteSpan set = reader.Take(der::kSet);
    if (!reader.ok()) return std::nullopt;
    const std::optional<std::string> rdn = CanonicalRdn(set);
    if (!rdn) return std::nullopt;
    canonical += *rdn;
  }
  if (!reader.AtEnd()) return std::nullopt;
  return canonical;
}

std::optional<std::vector<std::string_view>> EmailAttributes(ByteSpan der) {
  DerReader outer(der);
  DerReader name = outer.Enter(der::kSequence);
  std::vector<std::string_view> found;
  while (name.HasMore()) {
    DerReader rdn = name.Enter(der::kSet);
    while (rdn.HasMore()) {
      DerReader attribute = rdn.Enter(der::kSequence);
      const std::string_view type = AsText(attribute.Take(der::kOid));
      const DerReader::Element value = attribute.Next();
      if (!attribute.AtEnd()) return std::nullopt;
      if (type == AsText(kEmailAddress)) found.push_back(AsText(value.content));
    }
    if (!rdn.AtEnd()) return std::nullopt;
  }
  if (!name.AtEnd() || !outer.AtEnd()) return std::nullopt;
  return found;
}

}  // namespace pinlatch::tls
