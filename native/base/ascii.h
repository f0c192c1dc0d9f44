// Owns what ASCII says of one character, whatever the locale is. A byte above 0x7f is nothing of
// all this. Pure.
#pragma once

#include <cstdint>

namespace pinlatch {

constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLetter(char c) { return IsLower(c) || IsUpper(c); }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsControl(char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; }
constexpr char Lower(char c) { return IsUpper(c) ? static_cast<char>(c | 0x20) : c; }
// IsHexDigit takes either case.
constexpr bool IsHexDigit(char c) { return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f'); }

}  // namespace pinlatch
