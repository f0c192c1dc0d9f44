// Owns patterns: "*", "**" and "?" in a text. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace pinlatch::policy {

// MatchesGlob says whether all of `text` fits `pattern`. "?" is one character and "*" any number of
// them, also none, but neither takes a separator; "**" takes anything. Without a separator they are
// bytes like all others. Time is at most the product of the two lengths.
bool MatchesGlob(std::string_view pattern, std::string_view text, std::optional<char> separator);

}  // namespace pinlatch::policy
