// Owns the strict reading of host[:port].
#include "http/authority.h"

#include <algorithm>
#include <limits>

#include "http/chars.h"

namespace pinlatch::http {
namespace {

constexpr size_t kMaxName = 253;
constexpr size_t kMaxLabel = 63;

bool AllDigits(std::string_view text) {
  for (char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

bool ScanPort(std::string_view digits, uint16_t& port) {
  if (digits.size() > 5 || !AllDigits(digits) || digits[0] == '0') return false;
  uint32_t value = 0;
  for (char c : digits) value = value * 10 + static_cast<uint32_t>(c - '0');
  if (value > std::numeric_limits<uint16_t>::max()) return false;
  port = static_cast<uint16_t>(value);
  return true;
}

// TakeDecimalOctet reads dec-octet of RFC 3986: 0..255 without leading zeros (which some read as
// octal).
bool TakeDecimalOctet(std::string_view& text, uint16_t& octet) {
  size_t digits = 0;
  uint32_t value = 0;
  while (digits < text.size() && digits < 4 && IsDigit(text[digits])) {
    value = value * 10 + static_cast<uint32_t>(text[digits++] - '0');
  }
  if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return false;
  octet = static_cast<uint16_t>(value);
  text.remove_prefix(digits);
  return true;
}

bool ScanIpv4(std::string_view text, std::array<uint16_t, 4>& octets) {
  for (size_t i = 0; i < octets.size(); ++i) {
    if (i > 0) {
      if (text.empty() || text.front() != '.') return false;
      text.remove_prefix(1);
    }
    if (!TakeDecimalOctet(text, octets[i])) return false;
  }
  return text.empty();
}

// LooksNumeric says whether URL parsers take a last label for a part of an IPv4 address: digits, or
// 0x and hex digits.
bool LooksNumeric(std::string_view label) {
  if (AllDigits(label)) return true;
  if (label.size() < 2 || label[0] != '0' || Lower(label[1]) != 'x') return false;
  return label.size() == 2 || All(kHexDigit, label.substr(2));
}

// ScanName says in `is_ipv4` whether it is a dotted address.
bool ScanName(std::string_view name, bool& is_ipv4) {
  if (name.empty()) return false;
  std::string_view rest = name;
  if (rest.back() == '.') rest.remove_suffix(1);
  if (rest.empty() || rest.size() > kMaxName) return false;
  std::string_view label;
  size_t start = 0;
  while (start <= rest.size()) {
    const size_t end = SkipClass(kHostChar, rest, start);
    if (end == start || end - start > kMaxLabel) return false;
    if (end < rest.size() && rest[end] != '.') return false;
    label = rest.substr(start, end - start);
    start = end + 1;
  }
  if (!LooksNumeric(label)) return true;
  std::array<uint16_t, 4> octets{};
  is_ipv4 = ScanIpv4(name, octets);
  return is_ipv4;
}

// TakeGroup reads h16, or the dotted address that may stand for the last two groups; false when
// neither is there.
bool TakeGroup(std::string_view& text, size_t& count, std::array<uint16_t, 8>& groups) {
  std::array<uint16_t, 4> octets{};
  if (count <= 6 && ScanIpv4(text, octets)) {
    groups[count++] = static_cast<uint16_t>(octets[0] << 8 | octets[1]);
    groups[count++] = static_cast<uint16_t>(octets[2] << 8 | octets[3]);
    text = {};
    return true;
  }
  size_t digits = 0;
  uint32_t value = 0;
  while (digits < text.size() && digits < 5 && Is(kHexDigit, text[digits])) {
    value = value << 4 | HexValue(text[digits++]);
  }
  if (digits == 0 || digits > 4 || count == groups.size()) return false;
  groups[count++] = static_cast<uint16_t>(value);
  text.remove_prefix(digits);
  return true;
}

bool StartsWithGap(std::string_view text) { return text.substr(0, 2) == "::"; }

bool ScanIpv6(std::string_view text, std::array<uint16_t, 8>& groups) {
  std::array<uint16_t, 8> read{};
  size_t count = 0;
  size_t gap = read.size() + 1;  // the number of groups before "::"; none yet
  if (StartsWithGap(text)) {
    gap = 0;
    text.remove_prefix(2);
  } else if (!TakeGroup(text, count, read)) {
    return false;
  }
  while (!text.empty()) {
    if (StartsWithGap(text)) {
      if (gap <= read.size()) return false;
      gap = count;
      text.remove_prefix(2);
      if (text.empty()) break;
    } else if (count > 0) {
      if (text.front() != ':') return false;
      text.remove_prefix(1);
    }
    if (!TakeGroup(text, count, read)) return false;
  }
  if (gap > read.size()) {
    groups = read;
    return count == read.size();
  }
  if (count == read.size()) return false;
  groups.fill(0);
  const size_t after = count - gap;
  for (size_t i = 0; i < gap; ++i) groups[i] = read[i];
  for (size_t i = 0; i < after; ++i) groups[groups.size() - after + i] = read[gap + i];
  return true;
}

}  // namespace

std::optional<Authority> ScanAuthority(std::string_view text) {
  Authority authority;
  size_t end;
  if (!text.empty() && text.front() == '[') {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    authority.is_ipv6 = true;
    if (!ScanIpv6(text.substr(1, end - 1), authority.groups)) return std::nullopt;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    if (!ScanName(text.substr(0, end), authority.is_ipv4)) return std::nullopt;
  }
  authority.name = text.substr(0, end);
  if (end == text.size()) return authority;
  if (text[end] != ':' || !ScanPort(text.substr(end + 1), authority.port)) return std::nullopt;
  return authority;
}

}  // namespace pinlatch::http
