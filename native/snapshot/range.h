// Owns Range: the bounds and the default that the schema of the configuration gives a number.
#pragma once

#include <cstdint>

namespace pinlatch::snapshot {

// Range is inclusive: of milliseconds, bytes, events or entries. `usual` is what holds where the
// configuration says nothing; 0 where the schema has no default.
struct Range {
  uint64_t least;
  uint64_t most;
  uint64_t usual;
};

// OrNone is the range of a number that may be left out, which the document writes as 0.
constexpr Range OrNone(const Range& range) { return {0, range.most, 0}; }

// InSeconds is a range of milliseconds in whole seconds.
constexpr Range InSeconds(const Range& range) {
  return {range.least / 1000, range.most / 1000, range.usual / 1000};
}

}  // namespace pinlatch::snapshot
