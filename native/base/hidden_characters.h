// Owns the question which characters are escaped where people and their tools read. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace pinlatch {

struct HiddenRange {
  uint32_t first;
  uint32_t last;
};

inline constexpr std::array kHiddenRanges = {
#define PINLATCH_HIDDEN(first, last) HiddenRange{first, last},
#include "base/hidden_characters.def"
#undef PINLATCH_HIDDEN
};

// IsHidden says whether a code point is one of hidden_characters.def.
constexpr bool IsHidden(uint32_t code_point) {
  const auto range =
      std::lower_bound(kHiddenRanges.begin(), kHiddenRanges.end(), code_point,
                       [](const HiddenRange& each, uint32_t code) { return each.last < code; });
  return range != kHiddenRanges.end() && range->first <= code_point;
}

}  // namespace pinlatch
