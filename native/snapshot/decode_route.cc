// Owns the decoding of routes: where they apply, what they match and whom they admit.
#include <algorithm>

#include "snapshot/allowed_clients.h"
#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

Status DecodeSegment(const Value& value, PathSegment& into) {
  ObjectReader object(value);
  into.is_parameter = object.Has("parameter");
  if (into.is_parameter) {
    PINLATCH_TRY(object.Field("parameter", into.text, Text{kParameterNameRule}));
  } else {
    PINLATCH_TRY(object.Field("literal", into.text, Text{kLiteralSegmentRule}));
  }
  return object.Finish();
}

Status DecodePath(const Value& value, PathPattern& into) {
  ObjectReader object(value);
  // A table is searched as deep as its patterns go.
  PINLATCH_TRY(
      object.Field("segments", into.segments, ListOf{DecodeSegment, 0, kMostPathSegments}));
  PINLATCH_TRY(object.Field("trailingSlash", into.trailing_slash, Flag{}));
  PINLATCH_TRY(object.Field("prefix", into.is_prefix, Flag{}));
  PINLATCH_TRY(object.Field("anySlash", into.any_slash, NullOr{Flag{}}));
  PINLATCH_TRY(object.Field("anyCase", into.any_case, NullOr{Flag{}}));
  PINLATCH_TRY(object.Finish());
  // One pattern, one spelling: a prefix covers "/a" and "/a/" alike, and "/" is no segment at all.
  if (into.trailing_slash && into.is_prefix) {
    return value.Problem("a trailing slash on a prefix", "\"trailingSlash\": false");
  }
  if (into.trailing_slash && into.segments.empty()) {
    return value.Problem("a trailing slash behind no segment", "\"trailingSlash\": false");
  }
  if (into.any_slash.has_value() && (into.is_prefix || into.segments.empty())) {
    return value.Problem("a word on trailing slashes where there is no choice",
                         "\"anySlash\": null");
  }
  return {};
}

Status DecodeMethods(const Value& value, std::vector<std::string>& into) {
  // An empty list would mean any method to every reader of the model: the opposite of what it says.
  PINLATCH_TRY((Entries(Text{kMethodRule}, ranges::kMatchMethods)(value, into)));
  for (auto method = into.begin(); method != into.end(); ++method) {
    if (std::find(into.begin(), method, *method) == method) continue;
    return value.Problem("\"" + *method + "\" twice", "each method once");
  }
  return {};
}

// WantedScopes takes what clients must have; whoever is no client has none.
struct WantedScopes {
  Names& names;
  Status operator()(const Value& value, Route& into) const {
    PINLATCH_TRY(ScopeSet{names.scopes}(value, into.scopes));
    if (into.allow == Allow::kClients || into.scopes.empty()) return {};
    return value.Problem("scopes where \"allow\" names no clients", "an empty list");
  }
};

}  // namespace

Status DecodeRoute(const Value& value, Names& names, Route& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.routes}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("listeners", into.listeners, NameSet{names.listeners}));
  PINLATCH_TRY(object.Field("host", into.host, NullOr{Text{kRouteHostRule}}));
  PINLATCH_TRY(object.Field("path", into.path, DecodePath));
  PINLATCH_TRY(object.Field("methods", into.methods, NullOr{DecodeMethods}));
  PINLATCH_TRY(object.Field("allow", into, AllowedClients{names}));
  PINLATCH_TRY(object.Field("scopes", into, WantedScopes{names}));
  PINLATCH_TRY(object.Field("action", into.action, ActionOf{names, into.path}));
  PINLATCH_TRY(
      object.Field("bodyBytes", into.body_bytes, NullOr{Within(ranges::kRouteLimitsBodyBytes)}));
  PINLATCH_TRY(
      object.Field("forwardIdentity", into.forward_identity, NullOr{DecodeForwardIdentity}));
  PINLATCH_TRY(object.Field("refuseFields", into.refused_fields,
                            ListOf{FoldedName{}, 0, ranges::kRouteRefuseFields.most}));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
