// Owns the cutting of texts that are longer than whoever reads them wants, and the mark that says
// so. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pinlatch {

// kCutMark stands where the rest of a text was: "…" in UTF-8.
inline constexpr std::string_view kCutMark = "\xe2\x80\xa6";

// CutText returns the text, or its beginning and the mark, in at most `most` bytes (kCutMark.size()
// or more). No UTF-8 sequence is cut in two.
std::string CutText(std::string_view text, size_t most);

}  // namespace pinlatch
