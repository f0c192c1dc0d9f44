// Owns the decoding of conditions: the tree, and which field takes which kind of match.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"

namespace pinlatch::snapshot {
namespace {

Status DecodeField(const Value& value, Condition& into) {
  NamedField named;
  if (!ParseFieldName(value.AsText().value_or(std::string_view()), named)) {
    return value.Expected("the name of a field");
  }
  into.field = named.field;
  into.attribute = std::move(named.attribute);
  return {};
}

bool TakesGlob(IdentityField field) {
  switch (field) {
    case IdentityField::kSubjectAttribute:
    case IdentityField::kIssuerAttribute:
    case IdentityField::kSanDns:
    case IdentityField::kSanUri:
    case IdentityField::kSanEmail:
    case IdentityField::kKeyAlgorithm:
    case IdentityField::kSignatureAlgorithm:
      return true;
    default:
      // A whole name is one text, in which a value could pass for the attribute behind it; digits
      // and times have no patterns.
      return false;
  }
}

// HasOrder says whether the first of a field's values, or the only one, can be asked for.
bool HasOrder(IdentityField field) {
  return field == IdentityField::kSubjectAttribute || field == IdentityField::kIssuerAttribute ||
         field == IdentityField::kKeyAlgorithm || field == IdentityField::kSignatureAlgorithm;
}

bool IsTime(IdentityField field) {
  return field == IdentityField::kNotBefore || field == IdentityField::kNotAfter;
}

// TakesKind says whether a field can be matched that way.
bool TakesKind(IdentityField field, Match::Kind kind) {
  switch (kind) {
    case Match::Kind::kExact:
      return field != IdentityField::kSanIp && !IsTime(field);
    case Match::Kind::kGlob:
      return TakesGlob(field);
    case Match::Kind::kNetwork:
      return field == IdentityField::kSanIp;
    case Match::Kind::kTime:
      return IsTime(field);
  }
  return false;
}

// HexBytes takes the digits of exactly as many bytes as one of `sizes`.
struct HexBytes {
  std::array<uint8_t, 2> sizes;
  Status operator()(const Value& value, Match& into) const {
    const std::string_view text = value.AsText().value_or(std::string_view());
    for (const uint8_t size : sizes) {
      into.size = size;
      if (HexDecodeInto(text, MutableByteSpan(into.bytes).first(size))) return {};
    }
    return value.Expected("hexadecimal digits, as many as the field has");
  }
};

Status DecodeExact(const Value& value, IdentityField field, Match& into) {
  switch (field) {
    case IdentityField::kSha256:
    case IdentityField::kSpkiSha256:
      return HexBytes{{32, 32}}(value, into);
    case IdentityField::kSha1:
      return HexBytes{{20, 20}}(value, into);
    case IdentityField::kSerial:
      return Text{kPlainSerialRule}(value, into.text);
    default:
      return Text{kMatchRule}(value, into.text);
  }
}

Status DecodeNetwork(ObjectReader& object, Match& into) {
  PINLATCH_TRY(object.Field("address", into, HexBytes{{4, 16}}));
  return object.Field("bits", into.bits, Whole{0, uint64_t{8} * into.size});
}

// "after" and "before" are strict: the moment itself is in neither.
Status DecodeTime(const Value& value, ObjectReader& object, Match& into) {
  const NullOr moment{Whole{0, kMostUnixSeconds}};
  PINLATCH_TRY(object.Field("after", into.period.from, moment));
  if (into.period.HasStart()) ++into.period.from;
  PINLATCH_TRY(object.Field("before", into.period.until, moment));
  if (!into.period.HasStart() && !into.period.HasEnd()) return value.Expected("a bound");
  if (into.period.from < into.period.until) return {};
  return value.Problem("bounds with no moment between them", "\"after\" earlier than \"before\"");
}

struct MatchOf {
  IdentityField field;
  Status operator()(const Value& value, Match& into) const {
    ObjectReader object(value);
    PINLATCH_TRY(object.Field("kind", into.kind,
                              OneOf<Match::Kind>{{"exact", Match::Kind::kExact},
                                                 {"glob", Match::Kind::kGlob},
                                                 {"network", Match::Kind::kNetwork},
                                                 {"time", Match::Kind::kTime}}));
    if (!TakesKind(field, into.kind)) return value.Expected("a kind of match that the field takes");
    PINLATCH_TRY(DecodeRest(value, object, into));
    PINLATCH_TRY(DecodeWhich(value, object, into));
    return object.Finish();
  }

 private:
  // Left out: any, as in the snapshots of versions that knew nothing else.
  Status DecodeWhich(const Value& value, ObjectReader& object, Match& into) const {
    if (!object.Has("which")) return {};
    if (!HasOrder(field)) return value.Expected("a match of any value, which the field takes");
    return object.Field(
        "which", into.which,
        OneOf<Match::Which>{{"first", Match::Which::kFirst}, {"only", Match::Which::kOnly}});
  }

  Status DecodeRest(const Value& value, ObjectReader& object, Match& into) const {
    switch (into.kind) {
      case Match::Kind::kExact:
        return object.Field("value", into, [this](const Value& member, Match& match) {
          return DecodeExact(member, field, match);
        });
      case Match::Kind::kGlob:
        return object.Field("pattern", into.text, Text{kMatchRule});
      case Match::Kind::kNetwork:
        return DecodeNetwork(object, into);
      case Match::Kind::kTime:
        return DecodeTime(value, object, into);
    }
    return {};
  }
};

// TreeDecoder counts what it has taken, so that no document makes a tree that is too large to walk
// or too deep to recurse into.
class TreeDecoder {
 public:
  Status Take(const Value& value, Condition& into, size_t depth) {
    if (depth > kMostConditionDepth)
      return value.Expected("a condition at most " + std::to_string(kMostConditionDepth) + " deep");
    PINLATCH_TRY(Count(value, 1));
    ObjectReader object(value);
    PINLATCH_TRY(object.Field("kind", into.kind,
                              OneOf<Condition::Kind>{{"all", Condition::Kind::kAll},
                                                     {"any", Condition::Kind::kAny},
                                                     {"not", Condition::Kind::kNot},
                                                     {"field", Condition::Kind::kField}}));
    PINLATCH_TRY(TakeRest(object, into, depth));
    return object.Finish();
  }

 private:
  Status Count(const Value& value, size_t more) {
    parts_ += more;
    if (parts_ <= kMostConditionParts) return {};
    return value.Expected("a condition of at most 1024 parts and matches");
  }

  Status TakeRest(ObjectReader& object, Condition& into, size_t depth) {
    const auto part = [this, depth](const Value& value, Condition& child) {
      return Take(value, child, depth + 1);
    };
    if (into.kind == Condition::Kind::kField) return TakeField(object, into);
    if (into.kind == Condition::Kind::kNot) {
      return object.Field("of", into.parts.emplace_back(), part);
    }
    return object.Field("of", into.parts, ListOf{part, 1, kMostConditionParts});
  }

  Status TakeField(ObjectReader& object, Condition& into) {
    PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
    PINLATCH_TRY(object.Field("field", into, DecodeField));
    const auto matches = [this, &into](const Value& value, std::vector<Match>& list) -> Status {
      PINLATCH_TRY((ListOf{MatchOf{into.field}, 1, kMostConditionParts}(value, list)));
      return Count(value, list.size());
    };
    return object.Field("oneOf", into.one_of, matches);
  }

  size_t parts_ = 0;
};

}  // namespace

Status DecodeCondition(const Value& value, Condition& into) {
  return TreeDecoder().Take(value, into, 1);
}

}  // namespace pinlatch::snapshot
