// See uri.h.
#include "identity/uri.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/address_octets.h"
#include "base/ascii.h"

namespace pinlatch::identity {
namespace {

constexpr std::string_view kSubDelimiters = "!$&'()*+,;=";

// A scheme whose URIs have a port of their own, and what their definitions say of a missing host.
struct Scheme {
  std::string_view name;
  uint16_t port;
  bool needs_host;
};

constexpr std::array<Scheme, 9> kSchemes = {{
    {"http", 80, true},     // RFC 9110 section 4.2.1
    {"https", 443, true},   // RFC 9110 section 4.2.2
    {"ws", 80, true},       // RFC 6455 section 3; it is spoken over http
    {"wss", 443, true},     // the same, over https
    {"ftp", 21, true},      // RFC 1738 section 3.2
    {"coap", 5683, true},   // RFC 7252 section 6.1
    {"coaps", 5684, true},  // RFC 7252 section 6.2
    {"ldap", 389, false},   // RFC 4516 section 2
    {"ldaps", 636, false},  // as ldap; the port as registered
}};

bool IsIn(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

bool IsScheme(std::string_view text) {
  return !text.empty() && IsLetter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLetter(c) || IsDigit(c) || IsIn("+-.", c); });
}

// Unreserved characters, percent-encodings and sub-delimiters, and what `more` has.
bool HasOnly(std::string_view text, std::string_view more) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2]))
        return false;
      i += 2;
    } else if (!IsLetter(c) && !IsDigit(c) && !IsIn("-._~", c) && !IsIn(kSubDelimiters, c) &&
               !IsIn(more, c)) {
      return false;
    }
  }
  return true;
}

// No other kind of address in brackets than IPv6 has been defined (RFC 3986 section 3.2.2).
bool IsAddressInBrackets(std::string_view host) {
  if (!host.ends_with(']')) return false;
  const std::string inside(host.substr(1, host.size() - 2));
  if (!HasOnly(inside, ":")) return false;
  const std::optional<AddressOctets> address = ParseAddress(inside);
  return address && address->size == 16;
}

// The dot at the end of a whole domain name is no empty label.
bool IsUriHost(std::string_view host) {
  if (host.starts_with('[')) return IsAddressInBrackets(host);
  return HasOnly(host, "") && !host.starts_with('.') && host.find("..") == std::string_view::npos;
}

bool IsAuthority(const UriAuthority& authority) {
  return HasOnly(authority.user.value_or(std::string_view()), ":") && IsUriHost(authority.host) &&
         PortNumber(authority.port.value_or(std::string_view())).has_value();
}

bool IsTail(std::string_view tail) {
  const size_t hash = std::min(tail.find('#'), tail.size());
  const std::string_view fragment = tail.substr(std::min(hash + 1, tail.size()));
  return HasOnly(tail.substr(0, hash), ":@/?") && HasOnly(fragment, ":@/?");
}

const Scheme* FindScheme(std::string_view name) {
  const auto found = std::find_if(kSchemes.begin(), kSchemes.end(), [name](const Scheme& each) {
    return std::equal(each.name.begin(), each.name.end(), name.begin(), name.end(),
                      [](char ours, char theirs) { return ours == Lower(theirs); });
  });
  return found == kSchemes.end() ? nullptr : &*found;
}

bool HasItsHost(const Uri& uri) {
  const Scheme* scheme = FindScheme(uri.scheme);
  return scheme == nullptr || !scheme->needs_host ||
         (uri.authority && !uri.authority->host.empty());
}

}  // namespace

std::optional<Uri> ReadUri(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !IsScheme(text.substr(0, colon))) return std::nullopt;
  Uri uri;
  uri.scheme = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find_first_of("/?#"), text.size());
    uri.authority = SplitAuthority(text.substr(0, end));
    text.remove_prefix(end);
    if (!IsAuthority(*uri.authority)) return std::nullopt;
  }
  const size_t end = std::min(text.find_first_of("?#"), text.size());
  uri.path = text.substr(0, end);
  uri.tail = text.substr(end);
  if (!HasOnly(uri.path, ":@/") || !IsTail(uri.tail) || !HasItsHost(uri)) return std::nullopt;
  return uri;
}

UriAuthority SplitAuthority(std::string_view text) {
  UriAuthority authority;
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    authority.user = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  const size_t bracket = text.rfind(']');
  const size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  authority.host = text.substr(0, colon);
  if (colon != std::string_view::npos) authority.port = text.substr(colon + 1);
  return authority;
}

std::optional<uint16_t> DefaultPort(std::string_view scheme) {
  const Scheme* found = FindScheme(scheme);
  if (found == nullptr) return std::nullopt;
  return found->port;
}

std::optional<uint16_t> PortNumber(std::string_view text) {
  uint32_t number = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    number = number * 10 + static_cast<uint32_t>(c - '0');
    if (number > 0xffff) return std::nullopt;
  }
  return static_cast<uint16_t>(number);
}

}  // namespace pinlatch::identity
