// Owns the comparison of distinguished names (RFC 5280 section 7.1): one canonical byte string per
// name, so that equality is equality of bytes and a subtree is a beginning. Pure; rendering names
// for people is identity/'s.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pinlatch::tls {

// CanonicalName returns the canonical form of a DER Name (the whole SEQUENCE): each RDN
// length-prefixed in order, its attributes sorted, values of every string type as prepared text
// (identity/prepared_text.h). A value that cannot be prepared stands there as its DER, so that it
// equals itself alone, and its RDN is marked; a value of another type is its DER too. An empty name
// is "". Nothing when it is not a Name, or has more than 128 RDNs or attributes in one: no honest
// name has, and names are compared often.
std::optional<std::string> CanonicalName(ByteSpan der);

// CanonicalRdn is the same for one RelativeDistinguishedName, given the content of its SET.
// Appended to a canonical name it is the name that nameRelativeToCRLIssuer means (RFC 5280
// section 4.2.1.13).
std::optional<std::string> CanonicalRdn(ByteSpan set_content);

enum class Place : uint8_t {
  kOutside,
  kInside,   // its leading RDNs are those of the base
  kUnclear,  // it may be meant to be inside: an RDN that decides has a value that cannot be
             // prepared
};

// PlaceOf says where canonical `name` lies to the subtree of canonical `base` (RFC 5280
// section 4.2.1.10).
Place PlaceOf(std::string_view name, std::string_view base);

}  // namespace pinlatch::tls
