// Owns the character classes of HTTP and URIs as one lookup table, and the fast scan over text.
// Private to http/. Pure.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/ascii.h"

namespace pinlatch::http {

// CharClass bits; a byte may be of several classes.
enum CharClass : uint8_t {
  kTokenChar = 1 << 0,   // RFC 9110 section 5.6.2
  kPathChar = 1 << 1,    // pchar of RFC 3986 section 3.3, without '%'
  kUnreserved = 1 << 2,  // RFC 3986 section 2.3
  kHexDigit = 1 << 3,    // either case
  kTargetChar =
      1 << 4,          // visible ASCII but '#': what may stand between the spaces of a request line
  kHostChar = 1 << 5,  // letters, digits, '-', '_'
  kQuotedChar = 1 << 6,   // qdtext of RFC 9110 section 5.6.4, ASCII only
  kVisibleChar = 1 << 7,  // SP, HTAB and visible ASCII: what a quoted-pair may escape
};

constexpr std::array<uint8_t, 256> MakeCharClasses() {
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view kPathMarks = "!$&'()*+,;=:@";
  std::array<uint8_t, 256> classes{};
  auto add = [&classes](char c, int bits) {
    auto& slot = classes[static_cast<uint8_t>(c)];
    slot = static_cast<uint8_t>(slot | bits);
  };
  constexpr int kWord = kTokenChar | kPathChar | kUnreserved | kHostChar;
  for (char c = '0'; c <= '9'; ++c) add(c, kWord | kHexDigit);
  for (char c = 'a'; c <= 'z'; ++c) add(c, kWord);
  for (char c = 'A'; c <= 'Z'; ++c) add(c, kWord);
  for (char c = 'a'; c <= 'f'; ++c) add(c, kHexDigit);
  for (char c = 'A'; c <= 'F'; ++c) add(c, kHexDigit);
  for (char c : kTokenMarks) add(c, kTokenChar);
  for (char c : kPathMarks) add(c, kPathChar);
  for (char c : std::string_view("-._~")) add(c, kUnreserved | kPathChar);
  for (char c : std::string_view("-_")) add(c, kHostChar);
  for (char c = 0x20; c < 0x7f; ++c) add(c, kVisibleChar);
  for (char c = 0x21; c < 0x7f; ++c) add(c, c == '#' ? 0 : kTargetChar);
  for (char c = 0x20; c < 0x7f; ++c) add(c, c == '"' || c == '\\' ? 0 : kQuotedChar);
  add('\t', kVisibleChar | kQuotedChar);
  return classes;
}

inline constexpr std::array<uint8_t, 256> kCharClasses = MakeCharClasses();

constexpr bool Is(CharClass char_class, char c) {
  return (kCharClasses[static_cast<uint8_t>(c)] & char_class) != 0;
}
constexpr bool IsWhiteSpace(char c) { return c == ' ' || c == '\t'; }

// HexValue returns the value of a digit that is of class kHexDigit.
constexpr uint8_t HexValue(char c) {
  return static_cast<uint8_t>(IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

// SkipClass returns the first position at or after `from` whose character is not of the class.
constexpr size_t SkipClass(CharClass char_class, std::string_view text, size_t from) {
  const char* const chars = text.data();
  const auto of = [chars](size_t at) { return kCharClasses[static_cast<uint8_t>(chars[at])]; };
  // Four at a time cost little more than two.
  while (from + 4 <= text.size() &&
         (of(from) & of(from + 1) & of(from + 2) & of(from + 3) & char_class) != 0) {
    from += 4;
  }
  while (from < text.size() && (of(from) & char_class) != 0) ++from;
  return from;
}

// All says whether `text` is not empty and holds only characters of the class.
constexpr bool All(CharClass char_class, std::string_view text) {
  return !text.empty() && SkipClass(char_class, text, 0) == text.size();
}

// FindControl returns the index of the first of eight bytes that is below 0x20 or equal to 0x7f; 8
// when none is.
inline size_t FindControl(const char* eight) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = kOnes * 0x80;
  uint64_t word;
  std::memcpy(&word, eight, 8);
  // A high bit remains where a byte is one of them. What a subtraction borrows makes more of them,
  // above the first one only.
  const uint64_t without_del = word ^ (kOnes * 0x7f);
  const uint64_t below_space = (word - kOnes * 0x20) & ~word;
  const uint64_t is_del = (without_del - kOnes) & ~without_del;
  return static_cast<size_t>(std::countr_zero((below_space | is_del) & kHighs)) / 8;
}

// SkipText returns the first position at or after `from` that holds a control character other than
// HTAB, or text.size(). Bytes from 0x80 count as text (obs-text).
inline size_t SkipText(std::string_view text, size_t from) {
  size_t at = from;
  while (text.size() - at >= 8) {
    const size_t clean = FindControl(text.data() + at);
    at += clean;
    if (clean == 8) continue;
    if (text[at] != '\t') return at;
    ++at;
  }
  // The last few are looked at together with some that are known.
  if (text.size() - from >= 8 && FindControl(text.data() + text.size() - 8) == 8) {
    return text.size();
  }
  for (; at < text.size(); ++at) {
    if (IsControl(text[at]) && text[at] != '\t') return at;
  }
  return at;
}

// Trim returns `text` without leading and trailing white space (SP, HTAB).
constexpr std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsWhiteSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsWhiteSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace pinlatch::http
