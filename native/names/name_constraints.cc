// Compares names with subtrees. A kind that is constrained anywhere must be well-formed in every
// name, because a name that reads differently elsewhere could slip through a constraint here.
#include "names/name_constraints.h"

#include <algorithm>
#include <bit>

#include "names/distinguished_name.h"
#include "names/name_match.h"

namespace pinlatch::tls {
namespace {

// The mask of an address range must be a prefix (RFC 5280 section 4.2.1.10 refers to RFC 4632).
bool IsPrefixMask(ByteSpan mask) {
  bool ended = false;
  for (const uint8_t byte : mask) {
    if (ended && byte != 0) return false;
    const int ones = std::countl_one(byte);
    if (static_cast<uint8_t>(byte << ones) != 0) return false;
    ended = ones < 8;
  }
  return true;
}

// A base that the functions below could not match with anything is no constraint at all, so it must
// not pass as one.
bool IsSoundBase(const GeneralName& base) {
  const size_t half = base.value.size() / 2;
  switch (base.kind) {
    case GeneralNameKind::kIp:
      return (base.value.size() == 8 || base.value.size() == 32) &&
             IsPrefixMask(base.value.subspan(half));
    case GeneralNameKind::kDns:
    case GeneralNameKind::kUri:
      return IsHostBase(base.text());
    case GeneralNameKind::kEmail:
      return IsMailboxBase(base.text());
    default:
      return true;
  }
}

bool ReadSubtrees(DerReader reader, std::vector<GeneralName>& into, NameConstraints& all) {
  while (reader.HasMore()) {
    DerReader subtree = reader.Enter(der::kSequence);
    GeneralName base = ReadGeneralName(subtree);
    if (subtree.NextIs(der::Primitive(0))) {
      const ByteSpan minimum = subtree.TakeInteger(der::Primitive(0));
      if (minimum.size() != 1 || minimum[0] != 0) all.is_unsupported = true;
    }
    if (subtree.TakeOptional(der::Primitive(1))) all.is_unsupported = true;
    if (!subtree.AtEnd()) return false;
    if (!IsSoundBase(base)) all.is_unsupported = true;
    if (base.kind == GeneralNameKind::kDns && base.text().starts_with('.'))
      all.has_leading_dot = true;
    all.kinds = static_cast<uint16_t>(all.kinds | 1u << static_cast<unsigned>(base.kind));
    into.push_back(std::move(base));
  }
  return reader.AtEnd();
}

bool IsWellFormed(const GeneralName& name) {
  switch (name.kind) {
    case GeneralNameKind::kDns:
      return IsDnsName(name.text());
    case GeneralNameKind::kEmail:
      return IsMailbox(name.text());
    case GeneralNameKind::kUri:
      return HostOfUri(name.text()).has_value();
    case GeneralNameKind::kIp:
      return name.value.size() == 4 || name.value.size() == 16;
    default:
      return true;
  }
}

bool IsComparable(GeneralNameKind kind) {
  return kind == GeneralNameKind::kDns || kind == GeneralNameKind::kEmail ||
         kind == GeneralNameKind::kUri || kind == GeneralNameKind::kIp ||
         kind == GeneralNameKind::kDirectory;
}

Place PlaceWhere(bool is_inside) { return is_inside ? Place::kInside : Place::kOutside; }

// Nobody can say to which local part one with characters beside ASCII is equal: another may prepare
// it in another way.
Place PlaceOfMailbox(std::string_view name, std::string_view base) {
  const bool is_ascii = std::all_of(name.begin(), name.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const size_t at = base.rfind('@');
  if (is_ascii || at == std::string_view::npos) return PlaceWhere(MailboxWithin(name, base));
  return MailboxWithin(name, base.substr(at + 1)) ? Place::kUnclear : Place::kOutside;
}

Place PlaceIn(const GeneralName& name, const GeneralName& base) {
  switch (name.kind) {
    case GeneralNameKind::kDns:
      return PlaceWhere(DnsWithin(name.text(), base.text()));
    case GeneralNameKind::kEmail:
      return PlaceOfMailbox(name.text(), base.text());
    case GeneralNameKind::kUri:
      return PlaceWhere(UriWithin(name.text(), base.text()));
    case GeneralNameKind::kIp:
      return PlaceWhere(AddressWithin(name.value, base.value));
    case GeneralNameKind::kDirectory:
      return PlaceOf(name.canonical, base.canonical);
    default:
      return Place::kOutside;
  }
}

// A wildcard stands for names that may lie in an excluded subtree although the wildcard itself does
// not.
Place PlaceInExcluded(const GeneralName& name, const GeneralName& base) {
  if (name.kind == GeneralNameKind::kDns && WildcardReaches(name.text(), base.text()))
    return Place::kInside;
  return PlaceIn(name, base);
}

// In order of what counts: one match is enough, and what may be one is no miss.
enum class Found : uint8_t { kNone, kOfKind, kUnclear, kMatch, kLimit };

template <typename PlaceFunction>
Found Search(const GeneralName& name, const std::vector<GeneralName>& bases, uint32_t& comparisons,
             PlaceFunction place_in) {
  Found found = Found::kNone;
  for (const GeneralName& base : bases) {
    if (comparisons == 0) return Found::kLimit;
    --comparisons;
    if (base.kind != name.kind) continue;
    const Place place = place_in(name, base);
    if (place == Place::kInside) return Found::kMatch;
    found = std::max(found, place == Place::kUnclear ? Found::kUnclear : Found::kOfKind);
  }
  return found;
}

}  // namespace

std::optional<NameConstraints> ReadNameConstraints(DerReader reader) {
  DerReader list = reader.Enter(der::kSequence);
  NameConstraints constraints;
  if (list.NextIs(der::Constructed(0)) &&
      !ReadSubtrees(list.Enter(der::Constructed(0)), constraints.permitted, constraints)) {
    return std::nullopt;
  }
  if (list.NextIs(der::Constructed(1)) &&
      !ReadSubtrees(list.Enter(der::Constructed(1)), constraints.excluded, constraints)) {
    return std::nullopt;
  }
  const bool empty = constraints.permitted.empty() && constraints.excluded.empty();
  if (!list.AtEnd() || !reader.AtEnd() || empty) return std::nullopt;
  return constraints;
}

NameVerdict HoldName(const GeneralName& name, const NameConstraints& constraints,
                     uint32_t& comparisons) {
  if (!constraints.Constrains(name.kind)) return NameVerdict::kHolds;
  if (!IsComparable(name.kind)) return NameVerdict::kUnsupported;
  if (!IsWellFormed(name)) return NameVerdict::kMalformed;
  switch (Search(name, constraints.excluded, comparisons, PlaceInExcluded)) {
    case Found::kMatch:
      return NameVerdict::kExcluded;
    case Found::kUnclear:
      return NameVerdict::kMalformed;
    case Found::kLimit:
      return NameVerdict::kLimit;
    default:
      break;
  }
  switch (Search(name, constraints.permitted, comparisons, PlaceIn)) {
    case Found::kOfKind:
      return NameVerdict::kNotPermitted;
    case Found::kUnclear:
      return NameVerdict::kMalformed;
    case Found::kLimit:
      return NameVerdict::kLimit;
    default:
      return NameVerdict::kHolds;
  }
}

}  // namespace pinlatch::tls
