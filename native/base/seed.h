// Owns the seeds of what must differ from start to start and must not be foreseen from outside, and
// the mixing of numbers with them into numbers that look like chance. No secret key is made here.
#pragma once

#include <cstdint>

namespace pinlatch {

// RandomSeed returns 64 random bits of the kernel; should it refuse, what differs between starts.
uint64_t RandomSeed();

// Mix is SplitMix64's finaliser: a bijection, so that different numbers never become the same one.
// Of a number that was combined with a secret seed nobody outside can foresee the outcome.
constexpr uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

}  // namespace pinlatch
