// See openssl_name.h.
#include "identity/openssl_name.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "identity/attribute_types.h"
#include "identity/name_attributes.h"
#include "identity/name_text.h"

namespace pinlatch::identity {
namespace {

std::string UpperCase(std::string_view digits) {
  std::string upper(digits);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

std::string AttributeText(const NameAttribute& attribute) {
  const std::string_view name = OpenSslTypeName(attribute.type);
  const std::optional<std::string> value =
      name.empty() && attribute.escaped.starts_with('#') ? std::nullopt : TextOf(attribute);
  std::string text(name.empty() ? attribute.type : name);
  text += '=';
  if (!value) return text += UpperCase(attribute.escaped);
  // OpenSSL takes a lone character for the last one, and escapes there what is special at the end.
  return text += *value == "#" ? *value : AsciiName(EscapeValue(*value));
}

}  // namespace

std::string OpenSslName(std::string_view name) {
  const std::vector<NameAttribute> attributes = SplitName(name);
  std::string text;
  for (size_t begin = 0; begin < attributes.size();) {
    size_t end = begin + 1;
    while (end < attributes.size() && !attributes[end].begins_rdn) ++end;
    for (size_t i = end; i > begin; --i) {
      if (!text.empty()) text += i == end ? ',' : '+';
      text += AttributeText(attributes[i - 1]);
    }
    begin = end;
  }
  return text;
}

std::string OneLineName(std::string_view name) {
  const std::vector<NameAttribute> attributes = SplitName(name);
  std::string text;
  // RDNs from the last to the first; within one the order stays.
  for (size_t end = attributes.size(); end > 0;) {
    size_t begin = end - 1;
    while (!attributes[begin].begins_rdn) --begin;
    for (size_t i = begin; i < end; ++i) {
      const std::string_view type = OpenSslTypeName(attributes[i].type);
      text.append("/").append(type.empty() ? attributes[i].type : type).append("=");
      text += OneLineValue(TextOf(attributes[i]).value_or(std::string(attributes[i].escaped)));
    }
    end = begin;
  }
  return text;
}

}  // namespace pinlatch::identity
