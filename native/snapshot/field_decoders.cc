// See field_decoders.h.
#include "snapshot/field_decoders.h"

#include "snapshot/forward_identity.h"

namespace pinlatch::snapshot {
namespace {

// A family is marked off by a dash or underscore, WebSphere's own by the dollar sign before it.
bool IsFamily(std::string_view text) {
  return text.size() >= 2 && text.ends_with('*') &&
         (FoldFieldByte(text[text.size() - 2]) == '-' || text.starts_with('$'));
}

}  // namespace

std::string AnyOf(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view& word : words) {
    if (!text.empty()) text += &word == &words.back() ? " or " : ", ";
    text.append("\"").append(word).append("\"");
  }
  return text;
}

Status Text::operator()(const Value& value, std::string& into) const {
  const std::optional<std::string_view> text = value.AsText();
  if (!text.has_value() || !rule.holds(*text)) return value.Expected(rule.expected);
  into = *text;
  return {};
}

Status FoldedName::operator()(const Value& value, std::string& into) const {
  const std::string_view text = value.AsText().value_or(std::string_view());
  const bool has_dollar = has_families && text.starts_with('$');
  const bool is_family = has_families && IsFamily(text);
  const std::string_view name = is_family ? text.substr(0, text.size() - 1) : text;
  if (!kFieldToFindRule.holds(has_dollar ? name.substr(1) : name)) {
    return value.Expected(kFieldToFindRule.expected);
  }
  into = FoldFieldName(name).append(is_family ? "*" : "");
  return {};
}

Status NewName::operator()(const Value& value, std::string& into) const {
  PINLATCH_TRY(Text{kNameRule}(value, into));
  if (names.Add(into)) return {};
  return value.Expected("the name of " + std::string(names.kind()) + " that is not taken yet");
}

Status NameOf::operator()(const Value& value, uint32_t& into) const {
  const std::optional<std::string_view> text = value.AsText();
  const std::optional<uint32_t> index = text.has_value() ? names.IndexOf(*text) : std::nullopt;
  if (!index.has_value()) return value.Expected("the name of " + std::string(names.kind()));
  into = *index;
  return {};
}

Status Constant::operator()(const Value& value, std::string_view& into) const {
  if (value.AsText() != expected) return value.Expected("\"" + std::string(expected) + "\"");
  into = expected;
  return {};
}

Status Flag::operator()(const Value& value, bool& into) const {
  const std::optional<bool> flag = value.AsFlag();
  if (!flag.has_value()) return value.Expected("true or false");
  into = *flag;
  return {};
}

std::string Whole::Words() const {
  return "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace pinlatch::snapshot
