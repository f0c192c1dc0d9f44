// Owns the mixing of numbers into numbers that look like chance. Not for secrets that are shown to
// anybody. Pure.
#pragma once

#include <cstdint>

namespace pinlatch {

// Mix is SplitMix64's finaliser: a bijection, so that different numbers never become the same one.
// Of a number that was combined with a secret seed nobody outside can foresee the outcome.
constexpr uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

}  // namespace pinlatch
