// See condition.h.
#include "match/condition.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/constant_time.h"
#include "match/denied_value.h"
#include "match/network_match.h"
#include "match/text_match.h"

namespace pinlatch::policy {
namespace {

using snapshot::Condition;
using snapshot::IdentityField;
using snapshot::Match;

// A fingerprint in a condition is a pin in another place: it is compared like one.
bool HasDigest(const Condition& condition, ByteSpan digest) {
  uint32_t hit = 0;
  for (const Match& match : condition.one_of) {
    hit |= ConstantTimeEqual(ByteSpan(match.bytes).first(match.size), digest);
  }
  return hit != 0;
}

bool HasPrint(const Condition& condition, const Facts& facts, Sense sense) {
  const bool is_sha256 = condition.field == IdentityField::kSha256;
  const identity::PeerIdentity& identity = facts.identity();
  if (HasDigest(condition, is_sha256 ? ByteSpan(identity.sha256) : ByteSpan(identity.sha1)))
    return true;
  if (sense == Sense::kAdmits) return false;
  const std::optional<tls::TwinPrints>& twin = facts.twin();
  return twin && HasDigest(condition, is_sha256 ? ByteSpan(twin->sha256) : ByteSpan(twin->sha1));
}

bool HasKeyPrint(const Condition& condition, const Facts& facts, Sense sense) {
  if (HasDigest(condition, facts.identity().spki_sha256)) return true;
  const auto twin = sense == Sense::kDenies ? facts.key_twin() : std::nullopt;
  return twin && HasDigest(condition, *twin);
}

bool HasAddress(const Condition& condition, const Facts& facts, Sense sense) {
  for (const AddressOctets& address : facts.addresses()) {
    for (const Match& match : condition.one_of) {
      if (IsWithin(ByteSpan(match.bytes).first(match.size), match.bits, address.span()))
        return true;
      if (sense == Sense::kDenies && IsDeniedAddress(match, address.span())) return true;
    }
  }
  return sense == Sense::kDenies && facts.HasUnreadable(condition.field, {});
}

bool HasMoment(const Condition& condition, UnixSeconds moment) {
  return std::any_of(condition.one_of.begin(), condition.one_of.end(),
                     [moment](const Match& match) { return match.period.Contains(moment); });
}

bool HasOrdered(const Condition& condition, const Match& match, const Facts& facts) {
  const IdentityField field = condition.field;
  if (match.which == Match::Which::kOnly && facts.Count(field, condition.attribute) != 1)
    return false;
  const std::optional<std::string> first = facts.First(field, condition.attribute);
  return first && MatchesText(field, match, *first);
}

// What is denied is so wherever it stands.
bool HasText(const Condition& condition, const Facts& facts, Sense sense) {
  const auto is_ordered = [sense](const Match& match) {
    return sense == Sense::kAdmits && match.which != Match::Which::kAny;
  };
  for (const Match& match : condition.one_of) {
    if (is_ordered(match) && HasOrdered(condition, match, facts)) return true;
  }
  for (const std::string_view value : facts.Texts(condition.field, condition.attribute)) {
    for (const Match& match : condition.one_of) {
      if (!is_ordered(match) && MatchesText(condition.field, match, value)) return true;
    }
  }
  return false;
}

bool HasDeniedText(const Condition& condition, const Facts& facts) {
  for (const std::string_view value : facts.Claims(condition.field, condition.attribute)) {
    for (const Match& match : condition.one_of) {
      if (IsDenied(condition.field, match, value)) return true;
    }
  }
  return facts.HasUnreadable(condition.field, condition.attribute);
}

bool FieldHolds(const Condition& condition, const Facts& facts, Sense sense) {
  switch (condition.field) {
    case IdentityField::kSha256:
    case IdentityField::kSha1:
      return HasPrint(condition, facts, sense);
    case IdentityField::kSpkiSha256:
      return HasKeyPrint(condition, facts, sense);
    case IdentityField::kSanIp:
      return HasAddress(condition, facts, sense);
    case IdentityField::kNotBefore:
      return HasMoment(condition, facts.identity().not_before);
    case IdentityField::kNotAfter:
      return HasMoment(condition, facts.identity().not_after);
    default:
      return HasText(condition, facts, sense) ||
             (sense == Sense::kDenies && HasDeniedText(condition, facts));
  }
}

}  // namespace

bool Holds(const Condition& condition, const Facts& facts, Sense sense) {
  const auto holds = [&](const Condition& part) { return Holds(part, facts, sense); };
  const auto& parts = condition.parts;
  switch (condition.kind) {
    case Condition::Kind::kAll:
      return !parts.empty() && std::all_of(parts.begin(), parts.end(), holds);
    case Condition::Kind::kAny:
      return std::any_of(parts.begin(), parts.end(), holds);
    case Condition::Kind::kNot:
      // Of none it would be "anything but nothing".
      return parts.size() == 1 && !Holds(parts.front(), facts, Opposite(sense));
    case Condition::Kind::kField:
      return FieldHolds(condition, facts, sense);
  }
  return false;
}

}  // namespace pinlatch::policy
