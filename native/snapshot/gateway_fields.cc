// See gateway_fields.h. Which products the names are of: docs/design/upstream.md, its last section.
#include "snapshot/gateway_fields.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "snapshot/forward_identity.h"
#include "snapshot/gateway_field_families.h"

namespace pinlatch::snapshot {
namespace {

constexpr size_t LongestFamily() {
  size_t longest = 0;
  for (const std::string_view family : kGatewayFieldFamilies) {
    longest = std::max(longest, family.size());
  }
  return longest;
}
constexpr size_t kLongestFamily = LongestFamily();

}  // namespace

bool IsGatewayField(std::string_view name) {
  std::array<char, kLongestFamily> folded;
  const size_t length = std::min(name.size(), kLongestFamily);
  std::transform(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length), folded.begin(),
                 FoldFieldByte);
  const std::string_view start(folded.data(), length);
  return std::any_of(kGatewayFieldFamilies.begin(), kGatewayFieldFamilies.end(),
                     [start](std::string_view family) { return start.starts_with(family); });
}

}  // namespace pinlatch::snapshot
