// Owns the decoding of routes: where they apply, what they match, whom they admit and what they do.
#include <algorithm>

#include "snapshot/allowed_clients.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

// A table is searched as deep as its patterns go.
constexpr size_t kMostSegments = 256;
constexpr size_t kMostResponseFields = 64;
constexpr size_t kMostResponseBytes = size_t{1} << 20;

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
  PINLATCH_TRY(object.Field("segments", into.segments, ListOf{DecodeSegment, 0, kMostSegments}));
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

Status DecodeResponseField(const Value& value, std::pair<std::string, std::string>& into) {
  ArrayReader pair(value);
  Value name;
  Value content;
  if (pair.size() != 2 || !pair.Next(name) || !pair.Next(content)) {
    return value.Expected("a list of a field name and its value");
  }
  PINLATCH_TRY(Text{kResponseFieldNameRule}(name, into.first));
  return Text{kResponseFieldValueRule}(content, into.second);
}

Status DecodeBody(const Value& value, std::string& into) {
  const std::optional<std::string_view> text = value.AsText();
  if (!text.has_value() || text->size() > kMostResponseBytes) {
    return value.Expected("text of at most " + std::to_string(kMostResponseBytes) + " bytes");
  }
  into = *text;
  return {};
}

// RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5: these end with the head, or must say that their
// content is empty.
bool AllowsBody(uint16_t status) { return status != 204 && status != 205 && status != 304; }

Status DecodeProxy(ObjectReader& object, const Names& names, Route& into) {
  PINLATCH_TRY(object.Field("upstream", into.upstream.emplace(), NameOf{names.upstreams}));
  PINLATCH_TRY(DecodeForwarding(object, into.path, into.forwarding));
  return object.Finish();
}

Status DecodeReady(ObjectReader& object, const Names& names, Route& into) {
  into.health.emplace().ready = true;
  // Without a single upstream it is as good as "live".
  PINLATCH_TRY(object.Field("upstreams", into.health->upstreams, ListOf{NameOf{names.upstreams}}));
  return object.Finish();
}

Status DecodeResponse(const Value& value, ObjectReader& object, FixedResponse& response) {
  PINLATCH_TRY(object.Field("status", response.status, Within(ranges::kRespondStatus)));
  PINLATCH_TRY(
      object.Field("fields", response.fields, ListOf{DecodeResponseField, 0, kMostResponseFields}));
  PINLATCH_TRY(object.Field("body", response.body, DecodeBody));
  PINLATCH_TRY(object.Finish());
  if (AllowsBody(response.status) || response.body.empty()) return {};
  return value.Problem("a body with status " + std::to_string(response.status), "an empty one");
}

Status DecodeAction(const Value& value, const Names& names, Route& into) {
  enum class Kind : uint8_t { kProxy, kRespond, kLive, kReady } kind = Kind::kProxy;
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("kind", kind,
                            OneOf<Kind>{{"proxy", Kind::kProxy},
                                        {"respond", Kind::kRespond},
                                        {"live", Kind::kLive},
                                        {"ready", Kind::kReady}}));
  switch (kind) {
    case Kind::kProxy:
      return DecodeProxy(object, names, into);
    case Kind::kRespond:
      return DecodeResponse(value, object, into.response);
    case Kind::kLive:
      into.health.emplace();
      return object.Finish();
    case Kind::kReady:
      break;
  }
  return DecodeReady(object, names, into);
}

}  // namespace

Status DecodeRoute(const Value& value, Names& names, Route& into) {
  const auto action = [&names](const Value& member, Route& route) {
    return DecodeAction(member, names, route);
  };
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.routes}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("listeners", into.listeners, NameSet{names.listeners}));
  PINLATCH_TRY(object.Field("host", into.host, NullOr{Text{kRouteHostRule}}));
  PINLATCH_TRY(object.Field("path", into.path, DecodePath));
  PINLATCH_TRY(object.Field("methods", into.methods, NullOr{DecodeMethods}));
  PINLATCH_TRY(object.Field("allow", into, AllowedClients{names}));
  PINLATCH_TRY(object.Field("action", into, action));
  PINLATCH_TRY(
      object.Field("bodyBytes", into.body_bytes, NullOr{Within(ranges::kRouteLimitsBodyBytes)}));
  PINLATCH_TRY(
      object.Field("forwardIdentity", into.forward_identity, NullOr{DecodeForwardIdentity}));
  PINLATCH_TRY(object.Field("refuseFields", into.refused_fields,
                            ListOf{FoldedName{}, 0, ranges::kRouteRefuseFields.most}));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
