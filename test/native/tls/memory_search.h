// Owns a search of this process's own memory for bytes that should not be there, by a mask, so that
// the search itself holds no copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pinlatch::test {

inline constexpr uint8_t kMask = 0x5A;

// Masked is `bytes` under the mask, in the same order.
std::vector<uint8_t> Masked(std::vector<uint8_t> bytes);

// CountInMemory counts the places of the memory that this process may write (heap, stacks, data,
// what was freed and not wiped) which hold the bytes that `masked` stands for.
size_t CountInMemory(const std::vector<uint8_t>& masked);

}  // namespace pinlatch::test
