// See name_text.h.
#include "identity/name_text.h"

#include <algorithm>

#include "base/ascii.h"

namespace pinlatch::identity {
namespace {

constexpr std::string_view kUpperDigits = "0123456789ABCDEF";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsPrintable(char c) { return c >= 0x20 && c < 0x7F; }

void AppendHex(char c, std::string& text) {
  const auto octet = static_cast<unsigned char>(c);
  text += kUpperDigits[octet >> 4];
  text += kUpperDigits[octet & 15];
}

// EndOfValue finds the ',' or '+' behind an attribute, or the end.
size_t EndOfValue(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',' || text[i] == '+') {
      return i;
    }
  }
  return text.size();
}

std::string Unescape(std::string_view text) {
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    const int high = HexValue(text[i + 1]);
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      value += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      value += text[++i];
    }
  }
  return value;
}

}  // namespace

std::vector<NameAttribute> SplitName(std::string_view name) {
  std::vector<NameAttribute> attributes;
  bool begins_rdn = true;
  while (!name.empty()) {
    const size_t end = EndOfValue(name);
    const std::string_view text = name.substr(0, end);
    const size_t equals = std::min(text.find('='), text.size());
    const std::string_view escaped = text.substr(std::min(text.size(), equals + 1));
    attributes.push_back({text.substr(0, equals), escaped, Unescape(escaped), begins_rdn});
    if (end == name.size()) break;
    begins_rdn = name[end] == ',';
    name.remove_prefix(end + 1);
  }
  return attributes;
}

std::string EscapeValue(std::string_view value) {
  constexpr std::string_view kSpecial = "\"+,;<>\\";
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool at_an_end = i == 0 || i + 1 == value.size();
    if (IsControl(c)) {
      text += '\\';
      AppendHex(c, text);
      continue;
    }
    if (kSpecial.find(c) != std::string_view::npos || (c == '#' && i == 0) ||
        (c == ' ' && at_an_end)) {
      text += '\\';
    }
    text += c;
  }
  return text;
}

std::string AsciiName(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  for (const char c : name) {
    if (IsPrintable(c)) {
      text += c;
    } else {
      text += '\\';
      AppendHex(c, text);
    }
  }
  return text;
}

std::string OneLineValue(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (IsPrintable(c) && c != '/' && c != '\\') {
      text += c;
    } else {
      text += "\\x";
      AppendHex(c, text);
    }
  }
  return text;
}

}  // namespace pinlatch::identity
