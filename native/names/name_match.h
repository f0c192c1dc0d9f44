// Owns the comparison of one name with the base of one subtree, for each kind of RFC 5280
// section 4.2.1.10 but directory names, and the syntax that makes a name comparable. Pure text; no
// DER.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace pinlatch::tls {

// IsDnsName: labels of letters, digits, hyphens and underscores, 1 to 63 each, 253 in all, no dot
// at the end; the first label may be a lone "*".
bool IsDnsName(std::string_view text);
// IsLocalPart: a dot-atom (RFC 5321 section 4.1.2), which may have characters beside ASCII (RFC
// 6531). A quoted string is none: it can spell a plain mailbox in another way, which would slip
// past an excluded one.
bool IsLocalPart(std::string_view local);
// IsMailbox: Local-part "@" host, where the host is a DNS name without a wildcard (RFC 5280
// section 4.2.1.6, RFC 5321).
bool IsMailbox(std::string_view text);
// HostOfUri returns the host of a URI with an authority whose host is a DNS name (identity/uri.h
// reads it); nothing for any other URI, nor for text that is none, to which URI constraints cannot
// be applied.
std::optional<std::string_view> HostOfUri(std::string_view text);

// IsHostBase and IsMailboxBase: text that can be the base of DNS and URI, or of e-mail constraints.
// Anything else would silently match nothing.
bool IsHostBase(std::string_view base);
bool IsMailboxBase(std::string_view base);

// DnsWithin: `name` is the base or has labels in front of it; a base with a leading dot demands at
// least one more label; an empty base holds every name.
bool DnsWithin(std::string_view name, std::string_view base);
// WildcardReaches says whether the wildcard `name` ("*.example.com") stands for the base itself
// ("a.example.com").
bool WildcardReaches(std::string_view name, std::string_view base);
// MailboxWithin: the base is a mailbox (equal, the local part case-sensitively), a host (its
// mailboxes), or a domain with a leading dot (mailboxes of hosts in it).
bool MailboxWithin(std::string_view name, std::string_view base);
// UriWithin: the URI's host equals the base, or lies below it when the base has a leading dot.
bool UriWithin(std::string_view name, std::string_view base);
// AddressWithin: the base is address and mask, twice as long as `address`. Different families never
// match.
bool AddressWithin(ByteSpan address, ByteSpan base);

}  // namespace pinlatch::tls
