// Owns the decoding of what a route changes on the way to its upstream and back.
#include <algorithm>

#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/forward_identity.h"
#include "snapshot/gateway_fields.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

using std::string_view;

constexpr size_t kMostEdits = ranges::kHeaderEditsRequestSet.most;

bool IsAddedPrefix(string_view text) {
  if (text.size() > kMostPrefixBytes) return false;
  while (!text.empty()) {
    if (!text.starts_with('/')) return false;
    const string_view segment = text.substr(1, text.find('/', 1) - 1);
    if (!kLiteralSegmentRule.holds(segment)) return false;
    text.remove_prefix(segment.size() + 1);
  }
  return true;
}

// A port is 1 to 5 digits behind the last colon; the colons of an IPv6 address are in brackets.
bool IsAuthority(string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == string_view::npos || text.ends_with(']')) return kRouteHostRule.holds(text);
  const string_view port = text.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.front() == '0') return false;
  uint32_t number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<uint32_t>(c - '0');
  }
  return number <= kMostPort && kRouteHostRule.holds(text.substr(0, colon));
}

bool IsRequestEdit(string_view text) {
  return kFieldToFindRule.holds(text) && kIdentityHeaderRule.holds(text) && !IsGatewayField(text);
}

bool IsResponseEdit(string_view text) {
  static constexpr string_view kOwn[] = {"proxy-authenticate", "proxy-authorization",
                                         "http2-settings", "x-request-id"};
  const std::string folded = FoldFieldName(text);
  return kFieldToFindRule.holds(text) && kResponseFieldNameRule.holds(text) &&
         kResponseFieldNameRule.holds(folded) &&
         std::find(std::begin(kOwn), std::end(kOwn), folded) == std::end(kOwn);
}

// Upgrading to HTTP itself or to TLS would take requests, or who sends them, out of the gateway's
// sight.
bool IsUpgrade(string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  const string_view name = text.substr(0, text.find('/'));
  const string_view version = text.substr(std::min(text.size(), name.size() + 1));
  return text.size() <= 64 && !name.empty() && std::all_of(name.begin(), name.end(), is_plain) &&
         std::all_of(version.begin(), version.end(), is_plain) && text.back() != '/' &&
         name != "h2c" && name != "h2" && name != "http" && name != "tls";
}

constinit const TextRule kAddedPrefixRule = {
    IsAddedPrefix, "a path of canonical segments without a final slash, or \"\""};
constinit const TextRule kAuthorityRule = {
    IsAuthority, "a host in lower case, with a port of 1 to 65535 or without"};
constinit const TextRule kRequestEditRule = {
    IsRequestEdit, "a field name that the gateway does not write or remove itself"};
constinit const TextRule kResponseEditRule = {
    IsResponseEdit, "a field name that the gateway does not write or remove itself"};

constinit const TextRule kUpgradeRule = {
    IsUpgrade, "a protocol in lower case, such as \"websocket\", other than HTTP and TLS"};

Status DecodeHost(const Value& value, Rewrite& into) {
  if (!value.IsObject()) {
    return OneOf<HostRewrite>{{"preserve", HostRewrite::kPreserve},
                              {"upstream", HostRewrite::kUpstream}}(value, into.host);
  }
  into.host = HostRewrite::kName;
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.host_name, Text{kAuthorityRule}));
  return object.Finish();
}

struct RewriteOf {
  const PathPattern& path;
  Status operator()(const Value& value, Rewrite& into) const {
    ObjectReader object(value);
    PINLATCH_TRY(
        object.Field("stripSegments", into.strip_segments, Whole{0, path.segments.size()}));
    PINLATCH_TRY(object.Field("addPrefix", into.add_prefix, Text{kAddedPrefixRule}));
    PINLATCH_TRY(object.Field("host", into, DecodeHost));
    return object.Finish();
  }
};

struct FieldsOf {
  const TextRule& rule;
  Status operator()(const Value& value, FieldEdits::List& into) const {
    return ListOf{[this](const Value& element, auto& field) { return Pair(element, field); }, 0,
                  kMostEdits}(value, into);
  }

 private:
  Status Pair(const Value& value, std::pair<std::string, std::string>& into) const {
    ArrayReader pair(value);
    Value name;
    Value content;
    if (pair.size() != 2 || !pair.Next(name) || !pair.Next(content)) {
      return value.Expected("a list of a field name and its value");
    }
    PINLATCH_TRY(Text{rule}(name, into.first));
    return Text{kResponseFieldValueRule}(content, into.second);
  }
};

Status CheckEachOnce(const Value& value, const FieldEdits& edits) {
  std::vector<std::string> names;
  for (const auto& [name, content] : edits.set) names.push_back(FoldFieldName(name));
  for (const auto& [name, content] : edits.add) names.push_back(FoldFieldName(name));
  for (const std::string& name : edits.remove) names.push_back(FoldFieldName(name));
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return {};
  return value.Problem("the header field " + *twice + " twice", "each in one place");
}

struct EditsOf {
  const TextRule& rule;
  Status operator()(const Value& value, FieldEdits& into) const {
    ObjectReader object(value);
    PINLATCH_TRY(object.Field("set", into.set, FieldsOf{rule}));
    PINLATCH_TRY(object.Field("add", into.add, FieldsOf{rule}));
    PINLATCH_TRY(object.Field("remove", into.remove, ListOf{Text{rule}, 0, kMostEdits}));
    PINLATCH_TRY(object.Finish());
    return CheckEachOnce(value, into);
  }
};

Status DecodeHeaders(const Value& value, Forwarding& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("request", into.request, EditsOf{kRequestEditRule}));
  PINLATCH_TRY(object.Field("response", into.response, EditsOf{kResponseEditRule}));
  return object.Finish();
}

}  // namespace

Status DecodeForwarding(ObjectReader& action, const PathPattern& path, Forwarding& into) {
  PINLATCH_TRY(action.Field("rewrite", into.rewrite, RewriteOf{path}));
  PINLATCH_TRY(action.Field("headers", into, DecodeHeaders));
  PINLATCH_TRY(action.Field("keepFields", into.kept, ListOf{FoldedName{true}, 0, kMostEdits}));
  PINLATCH_TRY(action.Field("expect", into.forwards_expect,
                            OneOf<bool>{{"answer", false}, {"forward", true}}));
  return action.Field("upgrade", into.upgrade,
                      ListOf{Text{kUpgradeRule}, 0, ranges::kRouteUpgrade.most});
}

}  // namespace pinlatch::snapshot
