// Owns the one spelling of a URI by which two can be told to be the same (RFC 3986 section 6.2).
// Pure text. The whole is for what is denied only: what admits compares URIs as they stand, and
// asks by PlainCodes whether everybody reads them alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinlatch::policy {

// CanonicalUri returns a URI with its scheme and host in lower case, unreserved characters without
// percent-encoding and all other codes in upper case, no dot-segments, no user information, no
// final dot of the host, and of the port nothing where it is empty or the scheme's own, else its
// number without leading zeros. An authority has a path: "/" at least. Nothing for what is no URI,
// or has a number for a host that not everybody reads alike: it may then be read as any.
std::optional<std::string> CanonicalUri(std::string_view text);

// PlainCodes returns text with unreserved characters (RFC 3986 section 2.3) without
// percent-encoding and all other codes in upper case. A percent sign that begins no code stays as
// it is.
std::string PlainCodes(std::string_view text);

// WithDefaultPort returns a canonical URI with the port that its scheme has where it names none, as
// it stands where the scheme has none or the URI another one.
std::string WithDefaultPort(std::string_view canonical);

// CanonicalPattern returns a pattern of URIs with all of that which can be told of a pattern: no
// dot-segment is removed, and where nobody can say where the host ends all of it is in lower case.
std::string CanonicalPattern(std::string_view pattern);

}  // namespace pinlatch::policy
