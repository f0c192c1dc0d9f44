// Owns the comparison of a URI with a pattern of URIs. Pure.
#pragma once

#include <string_view>

#include "identity/uri.h"

namespace pinlatch::policy {

// MatchesUriPattern takes the pattern apart as a URI is taken apart, and holds each part of the URI
// to its own part of the pattern: no wildcard stands for what ends a scheme, user information, a
// host, a port or a path. So what a pattern says of the host is said of the host that name
// constraints hold. Within the path "*" and "?" stay in a segment, "**" goes across. A part that
// the pattern lacks the URI must lack; query and fragment it never has. But behind "**" at the end
// of a pattern the URI may have anything: port, path, query and fragment behind a host, whatever it
// likes behind "scheme:".
//
// A URI that readers take for another one once they have normalised it (RFC 3986 section 6.2.2)
// fits no pattern but one that says nothing of what is behind the scheme: it has an encoded
// character in its host, and in its path a dot-segment, an empty segment before the last, a
// needless code, or one for a slash, a backslash or NUL.
bool MatchesUriPattern(std::string_view pattern, const identity::Uri& uri);

}  // namespace pinlatch::policy
