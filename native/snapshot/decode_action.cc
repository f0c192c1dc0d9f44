// Owns the decoding of what a route does: a decoder for each alternative of Action.
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

// What a configuration may say, and what compiling adds to it: Content-Type, and for maintenance
// Cache-Control and Retry-After too.
constexpr size_t kMostResponseFields = ranges::kRespondHeaders.most + 1;
static_assert(ranges::kMaintenanceHeaders.most + 3 == kMostResponseFields);
constexpr size_t kMostResponseBytes = size_t{1} << 20;

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

// Members fills an alternative from the members of the action beside its kind.
struct Members {
  const Value& value;  // the action, for what is wrong with several of them
  ObjectReader& object;
  const Names& names;
  const PathPattern& path;

  Status operator()(ProxyTo& into) const;
  Status operator()(FixedResponse& into) const;
  Status operator()(Liveness&) const { return {}; }
  Status operator()(Readiness& into) const;
};

Status Members::operator()(ProxyTo& into) const {
  PINLATCH_TRY(object.Field("upstream", into.upstream, NameOf{names.upstreams}));
  return DecodeForwarding(object, path, into.forwarding);
}

Status Members::operator()(FixedResponse& into) const {
  PINLATCH_TRY(object.Field("status", into.status, Within(ranges::kRespondStatus)));
  PINLATCH_TRY(
      object.Field("fields", into.fields, ListOf{DecodeResponseField, 0, kMostResponseFields}));
  PINLATCH_TRY(object.Field("body", into.body, DecodeBody));
  if (AllowsBody(into.status) || into.body.empty()) return {};
  return value.Problem("a body with status " + std::to_string(into.status), "an empty one");
}

Status Members::operator()(Readiness& into) const {
  // Without a single upstream it is as good as "live".
  return object.Field("upstreams", into.upstreams, ListOf{NameOf{names.upstreams}});
}

}  // namespace

Status ActionOf::operator()(const Value& value, Action& into) const {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("kind", into, KindOf{}));
  PINLATCH_TRY(std::visit(Members{value, object, names, path}, into));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
