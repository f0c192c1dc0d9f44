// See canonical_uri.h.
#include "match/canonical_uri.h"

#include <algorithm>
#include <utility>

#include "base/address_octets.h"
#include "http/target.h"
#include "identity/uri.h"
#include "match/folded_text.h"

namespace pinlatch::policy {
namespace {

using identity::UriAuthority;

bool IsUnreserved(char c) {
  const char lower = FoldCase(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), FoldCase);
  return lower;
}

// -1 for what is no hexadecimal digit.
int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = FoldCase(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string PlainCodes(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool may_be_code = text[i] == '%' && i + 2 < text.size();
    const int high = may_be_code ? HexValue(text[i + 1]) : -1;
    const int low = may_be_code ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      plain += text[i];
      continue;
    }
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

namespace {

// One spelling of an IPv6 address in brackets; anything else as it stands.
std::string PlainHost(std::string_view host) {
  std::string plain = Lower(PlainCodes(host));
  if (plain.ends_with('.')) plain.pop_back();
  if (!plain.starts_with('[')) return plain;
  Result<http::Host> address = http::ParseHost(plain);
  return address.ok() ? std::move(address.value().name) : plain;
}

// The port behind its colon, where it says anything. A pattern may have wildcards for it.
std::string PlainPort(std::string_view scheme, std::string_view port) {
  if (const std::optional<uint16_t> number = identity::PortNumber(port)) {
    const bool is_own = identity::DefaultPort(scheme) == *number;
    return port.empty() || is_own ? std::string() : ":" + std::to_string(*number);
  }
  return ":" + std::string(port);
}

// What stands before "@" goes.
std::string PlainAuthority(std::string_view scheme, const UriAuthority& authority) {
  return PlainHost(authority.host) + PlainPort(scheme, authority.port.value_or(""));
}

// A host that ends in a number is an IPv4 address to some readers, in octal, in hexadecimal, or
// with fewer dots, and a name to others.
bool IsStrangeNumber(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool is_number =
      !last.empty() && (last.starts_with("0x") || std::all_of(last.begin(), last.end(), [](char c) {
                          return c >= '0' && c <= '9';
                        }));
  return is_number && !ParseAddress(std::string(host));
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
  const std::optional<identity::Uri> uri = identity::ReadUri(text);
  if (!uri) return std::nullopt;
  const std::string scheme = Lower(uri->scheme);
  std::string canonical = scheme + ":";
  std::string path = PlainCodes(uri->path);
  if (uri->authority) {
    if (identity::DefaultPort(scheme) && IsStrangeNumber(PlainHost(uri->authority->host)))
      return std::nullopt;
    canonical.append("//").append(PlainAuthority(scheme, *uri->authority));
    if (path.empty()) path = "/";
  }
  canonical.append(path.starts_with('/') ? WithoutDots(path) : path);
  return canonical.append(PlainCodes(uri->tail));
}

std::string WithDefaultPort(std::string_view canonical) {
  const std::optional<identity::Uri> uri = identity::ReadUri(canonical);
  const std::optional<uint16_t> port =
      uri ? identity::DefaultPort(uri->scheme) : std::optional<uint16_t>();
  std::string text(canonical);
  if (!port || !uri->authority || uri->authority->port) return text;
  const size_t end = uri->scheme.size() + 3 + uri->authority->host.size();
  return text.insert(end, ":" + std::to_string(*port));
}

std::string CanonicalPattern(std::string_view pattern) {
  const size_t begin = pattern.find("://");
  if (begin == std::string_view::npos) return Lower(pattern);
  const std::string scheme = Lower(pattern.substr(0, begin));
  const size_t end = std::min(pattern.find('/', begin + 3), pattern.size());
  const UriAuthority authority =
      identity::SplitAuthority(pattern.substr(begin + 3, end - begin - 3));
  return scheme + "://" + PlainAuthority(scheme, authority) + PlainCodes(pattern.substr(end));
}

}  // namespace pinlatch::policy
