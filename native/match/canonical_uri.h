// Owns the one spelling of a URI by which two can be told to be the same (RFC 3986 section 6.2).
// Pure text. For what is denied only: what admits compares URIs as they stand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinlatch::policy {

// CanonicalUri returns a URI with its scheme and host in lower case, unreserved characters without
// percent-encoding and all other codes in upper case, no dot-segments, no user information, no
// final dot of the host, and of the port nothing where it is empty or the scheme's own. An
// authority has a path: "/" at least. Nothing for what is no URI, which may then be read as any.
std::optional<std::string> CanonicalUri(std::string_view text);

// LowerAuthority returns a pattern of URIs with its scheme and host in lower case, all of it where
// nobody can say where the host ends.
std::string LowerAuthority(std::string_view pattern);

}  // namespace pinlatch::policy
