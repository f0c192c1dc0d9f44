// Owns the canonical form of a host.
#include <algorithm>
#include <array>
#include <charconv>

#include "http/authority.h"
#include "http/chars.h"
#include "http/target.h"

namespace pinlatch::http {
namespace {

struct Gap {
  size_t start = 8;
  size_t length = 0;
};

// LongestGap finds the run of zero groups that "::" stands for: the first of the longest, at least
// two.
Gap LongestGap(const std::array<uint16_t, 8>& groups) {
  Gap best;
  for (size_t i = 0; i < groups.size(); ++i) {
    size_t length = 0;
    while (i + length < groups.size() && groups[i + length] == 0) ++length;
    if (length >= 2 && length > best.length) best = {i, length};
    i += length;
  }
  return best;
}

// WriteIpv6 writes the form of RFC 5952 section 4, always in hexadecimal groups as URL parsers
// print it.
std::string WriteIpv6(const std::array<uint16_t, 8>& groups) {
  const Gap gap = LongestGap(groups);
  std::string text = "[";
  for (size_t i = 0; i < groups.size(); ++i) {
    if (i == gap.start) {
      text += "::";
      i += gap.length - 1;
      continue;
    }
    if (text.back() != '[' && text.back() != ':') text += ':';
    std::array<char, 4> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16);
    text.append(digits.data(), end.ptr);
  }
  return text += ']';
}

// WriteName writes a name that was scanned.
void WriteName(std::string_view name, std::string& into) {
  if (name.back() == '.') name.remove_suffix(1);
  into.assign(name);
  for (char& c : into) c = Lower(c);
}

bool IsIpv6(std::string_view text) {
  std::string bracketed(text);
  if (!text.starts_with('[')) bracketed = "[" + bracketed + "]";
  const std::optional<Authority> authority = ScanAuthority(bracketed);
  return authority && authority->is_ipv6 && authority->name.size() == bracketed.size();
}

}  // namespace

Status ParseHost(std::string_view value, Host& into) {
  const std::optional<Authority> authority = ScanAuthority(value);
  if (!authority) return Error(ErrorCode::kBadHost, "not a valid host with an optional port");
  into.port = authority->port;
  if (authority->is_ipv6) {
    into.name = WriteIpv6(authority->groups);
    return {};
  }
  WriteName(authority->name, into.name);
  return {};
}

Result<Host> ParseHost(std::string_view value) {
  Host host;
  PINLATCH_TRY(ParseHost(value, host));
  return host;
}

bool ParseServerName(std::string_view value, std::string& into) {
  into.clear();
  if (value.find(':') != std::string_view::npos) return IsIpv6(value);
  const std::optional<Authority> authority = ScanAuthority(value);
  if (!authority) return false;
  if (!authority->is_ipv4 && !authority->is_ipv6) WriteName(authority->name, into);
  return true;
}

void DropFinalDot(std::string& authority) {
  if (authority.starts_with('[')) return;
  const size_t end = std::min(authority.find(':'), authority.size());
  if (end > 0 && authority[end - 1] == '.') authority.erase(end - 1, 1);
}

}  // namespace pinlatch::http
