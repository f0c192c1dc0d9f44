// Owns what the texts of the document may look like: one rule a kind of text. Pure.
//
// What is refused here cannot reach a file name, a response or a log line: control characters
// nowhere, NUL nowhere.
#pragma once

#include <string_view>

namespace pinlatch::snapshot {

// TextRule is a predicate and the words for what it wants.
struct TextRule {
  bool (*holds)(std::string_view text);
  std::string_view expected;
};

extern const TextRule kNameRule;           // of a trust bundle, client, upstream, listener or route
extern const TextRule kConfigPointerRule;  // RFC 6901
extern const TextRule kLabelRule;
extern const TextRule kScopeRule;  // a scope-token (RFC 6749 section 3.3)
extern const TextRule kFilePathRule;
extern const TextRule kSocketPathRule;     // fits sockaddr_un
extern const TextRule kDigestRule;         // SHA-256, 64 lower-case digits
extern const TextRule kSerialRule;         // of a certificate: 1 to 128 hexadecimal digits
extern const TextRule kPlainSerialRule;    // the same, as identity/ writes it
extern const TextRule kAttributeTypeRule;  // of a name: "OU", or a dotted number
extern const TextRule kMatchRule;          // what a condition compares with
extern const TextRule kListenAddressRule;  // an IP address without brackets; io/ parses it
extern const TextRule kUpstreamHostRule;   // a name or an IP address without brackets
extern const TextRule
    kRouteHostRule;  // as http::ParseHost writes it: lower case, IPv6 in brackets, no final dot
extern const TextRule
    kServerNameRule;  // a host name in lower case, whose first label may be "*"; no address
extern const TextRule kProtocolNameRule;    // of ALPN: printable, 255 bytes at most
extern const TextRule kLiteralSegmentRule;  // as http::CanonicalPath writes it
extern const TextRule kParameterNameRule;
// kFieldToFindRule is a field name that requests may in fact bear, and no pattern of names, which
// nobody would match.
extern const TextRule kFieldToFindRule;
extern const TextRule kMethodRule;  // RFC 9110 section 9.1, upper case
extern const TextRule
    kResponseFieldNameRule;  // RFC 9110 section 5.1, none that the gateway itself writes
extern const TextRule kIdentityHeaderRule;      // a field name that may carry a client's identity
extern const TextRule kResponseFieldValueRule;  // RFC 9110 section 5.5, without HTAB

}  // namespace pinlatch::snapshot
