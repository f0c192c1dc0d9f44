// Owns the comparison of distinguished names (RFC 5280 section 7.1): one canonical byte string per
// name, so that equality is equality of bytes and "within a subtree" is a prefix. Pure; rendering
// names for people is identity/'s.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace pinlatch::tls {

// CanonicalName returns the canonical form of a DER Name (the whole SEQUENCE): each RDN
// length-prefixed in order, its attributes sorted, string values converted to UTF-8, ASCII case
// folded, spaces trimmed and collapsed. An empty name is "". Nothing when it is not a Name, or has
// more than 128 RDNs or attributes in one: no honest name has, and names are compared often.
std::optional<std::string> CanonicalName(ByteSpan der);

// CanonicalRdn is the same for one RelativeDistinguishedName, given the content of its SET.
// Appended to a canonical name it is the name that nameRelativeToCRLIssuer means (RFC 5280
// section 4.2.1.13).
std::optional<std::string> CanonicalRdn(ByteSpan set_content);

// IsWithin says whether canonical `name` lies in the subtree of canonical `base` (RFC 5280
// section 4.2.1.10): its leading RDNs are those of `base`.
inline bool IsWithin(std::string_view name, std::string_view base) {
  return name.starts_with(base);
}

// EmailAttributes returns the values of the emailAddress attributes of a DER Name, as views. They
// are subject to rfc822Name constraints when a certificate names no mailbox elsewhere. Nothing when
// it is not a Name.
std::optional<std::vector<std::string_view>> EmailAttributes(ByteSpan der);

}  // namespace pinlatch::tls
