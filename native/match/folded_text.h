// Owns the comparison of texts without regard to the case of ASCII letters. Other characters are
// compared as they are: percent-encoded ones have one case in a canonical path. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace pinlatch::policy {

constexpr char FoldCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

inline bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return FoldCase(x) == FoldCase(y); });
}

// HashIgnoringCase is FNV-1a of the folded text.
inline size_t HashIgnoringCase(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(FoldCase(c))) * 0x100000001b3;
  }
  return static_cast<size_t>(hash);
}

}  // namespace pinlatch::policy
