// See field_decoders.h.
#include "snapshot/field_decoders.h"

#include "snapshot/forward_identity.h"

namespace pinlatch::snapshot {

Status Text::operator()(const Value& value, std::string& into) const {
  const std::optional<std::string_view> text = value.AsText();
  if (!text.has_value() || !rule.holds(*text)) return value.Expected(rule.expected);
  into = *text;
  return {};
}

Status FoldedName::operator()(const Value& value, std::string& into) const {
  const std::string_view text = value.AsText().value_or(std::string_view());
  const bool is_family = has_families && text.ends_with("-*");
  const std::string_view name = is_family ? text.substr(0, text.size() - 1) : text;
  if (!kFieldToFindRule.holds(name)) return value.Expected(kFieldToFindRule.expected);
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
