// Owns the preparation of text for comparison (RFC 4518, as RFC 5280 section 7.1 demands for
// names). Pure; the one place that includes utf8proc. Which text belongs to which name is tls/'s.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinlatch::identity {

// PrepareText returns the form of UTF-8 text by which values of names are compared without regard
// to case and insignificant spaces: what is invisible is left out, other spaces and line breaks
// become spaces, letters are decomposed, folded and composed (NFKC), spaces at the ends go and
// several become one (RFC 4518 section 2.6.1 asks for two: only equality matters here).
//
// Nothing when the text cannot be prepared, so that nobody can say what it is equal to: it is not
// UTF-8; it begins with a combining mark, or has a code point that is not assigned, for private
// use, U+FFFD, or invisible and unknown to RFC 4518 (section 2.4); or it is like no honest text:
// beside ASCII more than 4,096 bytes, more than 30 combining marks in a row, or when decomposed
// more code points than it had bytes, and 18. So the result has at most 4 bytes for each byte of
// `text`, and 72, and time is in proportion.
std::optional<std::string> PrepareText(std::string_view text);

// PrepareByTables is PrepareText the long way, through the tables of Unicode. For ASCII there is a
// short cut with the same result, which tests hold against this one.
std::optional<std::string> PrepareByTables(std::string_view text);

}  // namespace pinlatch::identity
