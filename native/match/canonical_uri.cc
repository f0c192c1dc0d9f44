// See canonical_uri.h.
#include "match/canonical_uri.h"

#include <algorithm>

#include "match/folded_text.h"

namespace pinlatch::policy {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUnreserved(char c) {
  return IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
// Of RFC 3986 section 2, and none that ReadAlternativeNames escapes.
bool IsUriChar(char c) {
  constexpr std::string_view kReserved = ":/?#[]@!$&'()*+,;=%";
  return IsUnreserved(c) || kReserved.find(c) != std::string_view::npos;
}
bool IsScheme(std::string_view text) {
  return !text.empty() && IsLetter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
         });
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), FoldCase);
  return lower;
}

// -1 for what is no hexadecimal digit.
int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = FoldCase(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> WithPlainCodes(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexValue(text[i + 2]);
    if (low < 0) return std::nullopt;
    const auto octet = static_cast<char>(high << 4 | low);
    if (IsUnreserved(octet)) {
      plain += octet;
    } else {
      plain += {'%', kDigits[static_cast<size_t>(high)], kDigits[static_cast<size_t>(low)]};
    }
    i += 2;
  }
  return plain;
}

// What stands before "@" and a port that says nothing go.
std::string HostOf(std::string_view scheme, std::string_view authority) {
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  const size_t colon = authority.rfind(':');
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view() : authority.substr(colon + 1);
  const bool has_port = std::all_of(port.begin(), port.end(), IsDigit);  // else of an IPv6 address
  std::string_view host = has_port ? authority.substr(0, colon) : authority;
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool is_usual =
      port.empty() || (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  std::string text = Lower(host);
  return !has_port || is_usual ? text : text.append(":").append(port);
}

// RFC 3986 section 5.2.4, for a path that begins with a slash.
std::string WithoutDots(std::string_view path) {
  std::string kept;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    const bool is_up = segment == "/..";
    if (!is_up && segment != "/.") {
      kept += segment;
      continue;
    }
    if (is_up) kept.resize(kept.empty() ? 0 : kept.rfind('/'));
    if (path.empty()) kept += '/';
  }
  return kept;
}

}  // namespace

std::optional<std::string> CanonicalUri(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !IsScheme(text.substr(0, colon)) ||
      !std::all_of(text.begin(), text.end(), IsUriChar)) {
    return std::nullopt;
  }
  const std::string scheme = Lower(text.substr(0, colon));
  const std::optional<std::string> plain = WithPlainCodes(text.substr(colon + 1));
  if (!plain) return std::nullopt;
  std::string_view rest = *plain;
  std::string canonical = scheme + ":";
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    canonical.append("//").append(HostOf(scheme, rest.substr(0, end)));
    rest.remove_prefix(end);
    if (!rest.starts_with('/')) canonical += '/';
  }
  const size_t path_end = std::min(rest.find_first_of("?#"), rest.size());
  const std::string_view path = rest.substr(0, path_end);
  canonical.append(path.starts_with('/') ? WithoutDots(path) : std::string(path));
  return canonical.append(rest.substr(path_end));
}

std::string LowerAuthority(std::string_view pattern) {
  const size_t begin = pattern.find("://");
  if (begin == std::string_view::npos) return Lower(pattern);
  const size_t end = std::min(pattern.find('/', begin + 3), pattern.size());
  return Lower(pattern.substr(0, end)).append(pattern.substr(end));
}

}  // namespace pinlatch::policy
