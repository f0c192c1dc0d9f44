// Folds names to canonical bytes. Every part is length-prefixed, so that no two names share a form
// by accident.
#include "names/distinguished_name.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "der/attribute_syntax.h"
#include "der/der_reader.h"
#include "identity/prepared_text.h"
#include "identity/string_types.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxAttributes = 128;
constexpr size_t kSizeBytes = 4;
// The first byte of an RDN: whether it has a value that could not be prepared.
constexpr char kClear = 'c';
constexpr char kUnclear = 'u';

void AppendPart(std::string& to, std::string_view part) {
  const auto size = static_cast<uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(size >> shift & 0xff);
  to += part;
}

// Takes what AppendPart appended from the front; `from` is not empty and made of parts.
std::string_view TakePart(std::string_view& from) {
  size_t size = 0;
  for (const char byte : from.substr(0, kSizeBytes)) size = size << 8 | static_cast<uint8_t>(byte);
  const std::string_view part = from.substr(kSizeBytes, size);
  from.remove_prefix(kSizeBytes + part.size());
  return part;
}

// BER lets a string be put together from others; DER does not (X.690 section 10.2), and nobody who
// reads it so must find another name than we do.
bool IsInPieces(uint8_t tag) {
  constexpr uint8_t kConstructed = 0x20;
  return (tag & kConstructed) != 0 && identity::IsDirectoryString(tag & ~kConstructed);
}

// The three forms of a value have a different number of parts, or a different first one.
void AppendValue(std::string& to, const DerReader::Element& value, bool& is_unclear) {
  if (!identity::IsDirectoryString(value.tag)) {
    AppendPart(to, AsText(value.whole));
    return;
  }
  const std::optional<std::string> text = identity::DecodeDirectoryString(value.tag, value.content);
  const std::optional<std::string> prepared = text ? identity::PrepareText(*text) : std::nullopt;
  is_unclear |= !prepared;
  AppendPart(to, prepared ? "text" : "unclear");
  AppendPart(to, prepared ? std::string_view(*prepared) : AsText(value.whole));
}

std::optional<std::string> CanonicalAttribute(DerReader attribute, bool& is_unclear) {
  const ByteSpan type = attribute.TakeOid();
  const DerReader::Element value = attribute.Next();
  if (!attribute.AtEnd() || IsInPieces(value.tag)) return std::nullopt;
  if (!TextFault(value.tag, value.content).empty()) return std::nullopt;
  std::string canonical;
  AppendPart(canonical, AsText(type));
  AppendValue(canonical, value, is_unclear);
  return canonical;
}

bool IsClear(std::string_view rdn) { return rdn.front() == kClear; }

// Attributes are sorted by type first, so equal types stand at equal places.
bool HaveSameTypes(std::string_view a, std::string_view b) {
  a.remove_prefix(1);
  b.remove_prefix(1);
  while (!a.empty() && !b.empty()) {
    std::string_view in_a = TakePart(a);
    std::string_view in_b = TakePart(b);
    if (TakePart(in_a) != TakePart(in_b)) return false;
  }
  return a.empty() && b.empty();
}

}  // namespace

std::optional<std::string> CanonicalRdn(ByteSpan set_content) {
  DerReader reader(set_content);
  std::vector<std::string> attributes;
  bool is_unclear = false;
  while (reader.HasMore()) {
    if (attributes.size() == kMaxAttributes) return std::nullopt;
    std::optional<std::string> attribute =
        CanonicalAttribute(reader.Enter(der::kSequence), is_unclear);
    if (!attribute) return std::nullopt;
    attributes.push_back(std::move(*attribute));
  }
  if (!reader.AtEnd() || attributes.empty()) return std::nullopt;
  std::sort(attributes.begin(), attributes.end());
  std::string rdn(1, is_unclear ? kUnclear : kClear);
  for (const std::string& attribute : attributes) AppendPart(rdn, attribute);
  std::string canonical;
  AppendPart(canonical, rdn);
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

Place PlaceOf(std::string_view name, std::string_view base) {
  Place place = Place::kInside;
  while (!base.empty()) {
    if (name.empty()) return Place::kOutside;
    const std::string_view wanted = TakePart(base);
    const std::string_view found = TakePart(name);
    if (IsClear(wanted) && IsClear(found)) {
      if (wanted != found) return Place::kOutside;
    } else {
      if (!HaveSameTypes(wanted, found)) return Place::kOutside;
      place = Place::kUnclear;
    }
  }
  return place;
}

}  // namespace pinlatch::tls
