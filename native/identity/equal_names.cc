// See equal_names.h.
#include "identity/equal_names.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "identity/name_attributes.h"
#include "identity/name_text.h"

namespace pinlatch::identity {
namespace {

// The type, whether the value is text, and the value.
using Attribute = std::tuple<std::string, bool, std::string>;
using Rdn = std::vector<Attribute>;

Attribute Read(const NameAttribute& attribute) {
  std::optional<std::string> text = TextOf(attribute);
  if (text) return {std::string(attribute.type), true, *std::move(text)};
  std::string digits(attribute.escaped);
  std::transform(digits.begin(), digits.end(), digits.begin(), Lower);
  return {std::string(attribute.type), false, std::move(digits)};
}

std::vector<Rdn> ReadName(std::string_view name) {
  std::vector<Rdn> rdns;
  for (const NameAttribute& attribute : SplitName(name)) {
    if (attribute.begins_rdn || rdns.empty()) rdns.emplace_back();
    rdns.back().push_back(Read(attribute));
  }
  for (Rdn& rdn : rdns) std::sort(rdn.begin(), rdn.end());
  return rdns;
}

}  // namespace

bool AreEqualNames(std::string_view a, std::string_view b) {
  return a == b || ReadName(a) == ReadName(b);
}

}  // namespace pinlatch::identity
