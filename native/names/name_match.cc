// Compares DNS names, mailboxes, URIs and addresses with the bases of name constraints.
#include "names/name_match.h"

#include <algorithm>

#include "base/ascii.h"
#include "identity/uri.h"

namespace pinlatch::tls {
namespace {

bool EqualFolded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool IsLabelChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= 63 &&
         std::all_of(label.begin(), label.end(), IsLabelChar);
}

bool IsHost(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const size_t dot = text.find('.');
    if (!IsLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// A host whose last label is a number is read as an IPv4 address by URI parsers, never as a name.
bool LooksLikeAddress(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `name` ends in `suffix`, which begins with a dot, and has something in front of it.
bool IsBelow(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() &&
         EqualFolded(name.substr(name.size() - suffix.size()), suffix);
}

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

}  // namespace

bool IsDnsName(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  return IsHost(text);
}

bool IsLocalPart(std::string_view local) {
  constexpr std::string_view kSpecial = "!#$%&'*+-/=?^_`{|}~.";
  if (local.empty() || local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  return std::all_of(local.begin(), local.end(), [&](char c) {
    return IsLabelChar(c) || !IsAscii(c) || kSpecial.find(c) != std::string_view::npos;
  });
}

bool IsMailbox(std::string_view text) {
  const size_t at = text.rfind('@');
  return at != std::string_view::npos && IsLocalPart(text.substr(0, at)) &&
         IsHost(text.substr(at + 1));
}

std::optional<std::string_view> HostOfUri(std::string_view text) {
  const std::optional<identity::Uri> uri = identity::ReadUri(text);
  if (!uri || !uri->authority) return std::nullopt;
  const std::string_view host = uri->authority->host;
  if (!IsHost(host) || LooksLikeAddress(host)) return std::nullopt;
  return host;
}

bool IsHostBase(std::string_view base) {
  if (base.starts_with('.')) base.remove_prefix(1);
  return base.empty() || IsHost(base);
}

bool IsMailboxBase(std::string_view base) { return IsHostBase(base) || IsMailbox(base); }

bool DnsWithin(std::string_view name, std::string_view base) {
  if (base.empty() || EqualFolded(name, base)) return true;
  if (base.front() == '.') return IsBelow(name, base);
  return name.size() > base.size() && name[name.size() - base.size() - 1] == '.' &&
         EqualFolded(name.substr(name.size() - base.size()), base);
}

bool WildcardReaches(std::string_view name, std::string_view base) {
  if (!name.starts_with("*.") || base.starts_with('.')) return false;
  const size_t dot = base.find('.');
  return dot != std::string_view::npos && EqualFolded(name.substr(2), base.substr(dot + 1));
}

bool MailboxWithin(std::string_view name, std::string_view base) {
  const size_t at = name.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view host = name.substr(at + 1);
  const size_t base_at = base.rfind('@');
  if (base_at != std::string_view::npos) {
    return name.substr(0, at) == base.substr(0, base_at) &&
           EqualFolded(host, base.substr(base_at + 1));
  }
  if (base.empty()) return true;
  return base.front() == '.' ? IsBelow(host, base) : EqualFolded(host, base);
}

bool UriWithin(std::string_view name, std::string_view base) {
  const std::optional<std::string_view> host = HostOfUri(name);
  if (!host) return false;
  if (base.empty()) return true;
  return base.front() == '.' ? IsBelow(*host, base) : EqualFolded(*host, base);
}

bool AddressWithin(ByteSpan address, ByteSpan base) {
  if (base.size() != 2 * address.size()) return false;
  for (size_t i = 0; i < address.size(); ++i) {
    if (((address[i] ^ base[i]) & base[address.size() + i]) != 0) return false;
  }
  return true;
}

}  // namespace pinlatch::tls
