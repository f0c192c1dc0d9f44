// See attribute_types.h.
#include "identity/attribute_types.h"

#include <algorithm>
#include <array>

namespace pinlatch::identity {
namespace {

struct AttributeType {
  std::string_view number;
  std::string_view own;
  std::string_view openssl;
};

constexpr std::array kTypes = {
#define PINLATCH_ATTRIBUTE(number, own, openssl) AttributeType{number, own, openssl},
#include "identity/attribute_names.def"
#undef PINLATCH_ATTRIBUTE
};

}  // namespace

std::string_view OwnTypeName(std::string_view number) {
  const auto known =
      std::find_if(kTypes.begin(), kTypes.end(),
                   [number](const AttributeType& type) { return type.number == number; });
  return known == kTypes.end() ? std::string_view() : known->own;
}

std::string_view OpenSslTypeName(std::string_view type) {
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), [type](const AttributeType& each) {
    return type == (each.own.empty() ? each.number : each.own);
  });
  return known == kTypes.end() ? std::string_view() : known->openssl;
}

}  // namespace pinlatch::identity
