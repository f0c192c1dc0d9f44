// Owns the meaning of a request target: one canonical path and one canonical host, so that routing,
// decision, log and upstream all see the same thing. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pinlatch::http {

// CanonicalPath writes the one canonical form of a raw absolute path (RFC 3986 section 6.2.2) to
// `into`, which is empty after an error: percent-encodings of unreserved characters decoded, the
// rest upper-case, dot segments removed. Refused with kBadPath, because upstreams read them
// differently: encoded or plain backslash, encoded slash, encoded or plain control characters and
// NUL, an invalid percent-encoding, an overlong UTF-8 sequence ("%C0%AF"), bytes that are not a
// pchar, an empty segment other than a trailing one ("//"), parameters ("/admin;x", which servlet
// containers cut to "/admin"), also encoded ones behind dots ("/..%3Bx/"), ".." above the root.
Status CanonicalPath(std::string_view raw, std::string& into);

// ValidQuery says whether a raw query is visible ASCII without '#'. That is more than RFC 3986
// section 3.4 allows: browsers send what the URL Standard leaves as it is ("[]{}|^`", a bare '%'),
// and no decision rests on a query.
bool ValidQuery(std::string_view query);

// Host is a parsed Host value (RFC 9110 section 7.2).
struct Host {
  // Lower case, one trailing dot removed. An IPv6 address is in brackets and in the form of RFC
  // 5952.
  std::string name;
  uint16_t port = 0;  // 0 when not given
};

// ParseHost parses a Host field value or authority strictly: a name of letters, digits, '-', '.',
// '_' (labels of 1 to 63, 253 in all), a dotted IPv4 address or a bracketed IPv6 address without
// zone, and optionally a port 1..65535 without leading zeros. A name whose last label is a number
// is an IPv4 address or refused. Error: kBadHost.
Result<Host> ParseHost(std::string_view value);
// The same into a Host whose memory is used again; after an error it holds nothing of use.
Status ParseHost(std::string_view value, Host& into);

// ParseServerName brings a server name of TLS (RFC 6066 section 3) into the form of Host::name, by
// the rules of ParseHost, so that one name has one reading. An address, which some clients send
// although that section forbids it, is no name: then `into` is empty, as for a client that sends
// none. False, and `into` is empty, for what cannot be the name of a host: an empty label, a
// character that no name has, more than 253 octets.
[[nodiscard]] bool ParseServerName(std::string_view value, std::string& into);

// DropFinalDot takes the dot at the end of the name out of a valid host[:port]: who is told the
// name reads the one by which was decided.
void DropFinalDot(std::string& authority);

}  // namespace pinlatch::http
