// Decomposes and folds each code point in one step, but for text with the one mark that folds to a
// letter (U+0345): it must reach its place in canonical order before it does.
#include "identity/prepared_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace pinlatch::identity {
namespace {

using CodePoint = utf8proc_int32_t;
using CodePoints = std::vector<CodePoint>;

constexpr size_t kMostBytes = 4096;
// Sorting a run of marks takes its length squared. Stream-Safe Text Format has 30 at most (UAX #15
// section 13).
constexpr size_t kMostMarks = 30;
constexpr size_t kLongestPiece = 18;  // what one code point decomposes to at most (U+FDFA)
constexpr CodePoint kSpace = 0x20;
constexpr CodePoint kNothing = -1;

struct Range {
  CodePoint first;
  CodePoint last;
};

// RFC 4518 section 2.2 maps these to nothing. Variation selectors that came after it are treated as
// those that it knows (U+180F, U+E0100 and following).
constexpr Range kMappedToNothing[] = {
    {0x0000, 0x0008},  {0x000E, 0x001F}, {0x007F, 0x0084},   {0x0086, 0x009F},   {0x00AD, 0x00AD},
    {0x034F, 0x034F},  {0x06DD, 0x06DD}, {0x070F, 0x070F},   {0x1806, 0x1806},   {0x180B, 0x180F},
    {0x200B, 0x200F},  {0x202A, 0x202E}, {0x2060, 0x2063},   {0x206A, 0x206F},   {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF},  {0xFFF9, 0xFFFC}, {0x1D173, 0x1D17A}, {0xE0001, 0xE0001}, {0xE0020, 0xE007F},
    {0xE0100, 0xE01EF}};

bool IsSeparator(CodePoint code_point) {
  const utf8proc_category_t category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

bool IsMark(CodePoint code_point) {
  const utf8proc_category_t category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
         category == UTF8PROC_CATEGORY_ME;
}

// RFC 4518 section 2.2, but for case.
CodePoint Map(CodePoint code_point) {
  if ((code_point >= '\t' && code_point <= '\r') || code_point == 0x85) return kSpace;
  const auto* range =
      std::lower_bound(std::begin(kMappedToNothing), std::end(kMappedToNothing), code_point,
                       [](const Range& candidate, CodePoint c) { return candidate.last < c; });
  if (range != std::end(kMappedToNothing) && code_point >= range->first) return kNothing;
  return IsSeparator(code_point) ? kSpace : code_point;
}

// RFC 4518 section 2.4, and what is invisible though that section does not know it.
bool IsProhibited(CodePoint code_point) {
  const utf8proc_property_t& property = *utf8proc_get_property(code_point);
  return property.category == UTF8PROC_CATEGORY_CN || property.category == UTF8PROC_CATEGORY_CO ||
         property.category == UTF8PROC_CATEGORY_CS || code_point == 0xFFFD || property.ignorable;
}

// Whether a code point is U+0345 or decomposes to it: all of Greek Extended from U+1F80 on is taken
// for such.
bool HasIotaMark(CodePoint code_point) {
  return code_point == 0x345 || code_point == 0x37A ||
         (code_point >= 0x1F80 && code_point <= 0x1FFF);
}

constexpr int kDecompose = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
constexpr int kFold = kDecompose | UTF8PROC_CASEFOLD;

// Decomposed text, bounded.
class Decomposition {
 public:
  explicit Decomposition(size_t most) : most_(most) { text_.reserve(most); }

  // Add appends what a code point decomposes to under `options`; false when there is no more room.
  bool Add(CodePoint code_point, int options) {
    CodePoint piece[kLongestPiece];
    int boundary = 0;  // of graphemes, which are not asked for
    const utf8proc_ssize_t size = utf8proc_decompose_char(
        code_point, piece, kLongestPiece, static_cast<utf8proc_option_t>(options), &boundary);
    if (size < 0 || static_cast<size_t>(size) > std::min(kLongestPiece, most_ - text_.size()))
      return false;
    for (utf8proc_ssize_t i = 0; i < size; ++i) text_.push_back(piece[i]);
    return true;
  }

  // Order puts each run of combining marks into canonical order; false when one is too long.
  bool Order() {
    const auto weight = [](CodePoint c) { return utf8proc_get_property(c)->combining_class; };
    const auto is_lighter = [&](CodePoint a, CodePoint b) { return weight(a) < weight(b); };
    auto run = text_.begin();
    for (auto at = run; at != text_.end(); ++at) {
      if (weight(*at) == 0) {
        run = at + 1;
        continue;
      }
      if (static_cast<size_t>(at - run) == kMostMarks) return false;
      std::rotate(std::upper_bound(run, at, *at, is_lighter), at, at + 1);
    }
    return true;
  }

  bool FoldInto(Decomposition& folded) const {
    return std::all_of(text_.begin(), text_.end(),
                       [&](CodePoint code_point) { return folded.Add(code_point, kFold); });
  }

  // Compose returns the text in composed form (NFKC), which is no longer than it was.
  CodePoints Compose() && {
    const utf8proc_ssize_t size = utf8proc_normalize_utf32(
        text_.data(), static_cast<utf8proc_ssize_t>(text_.size()), UTF8PROC_COMPOSE);
    text_.resize(static_cast<size_t>(size));
    return std::move(text_);
  }

 private:
  size_t most_;
  CodePoints text_;
};

// Reads and maps UTF-8; false where it is malformed.
bool Read(std::string_view text, CodePoints& into) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  for (utf8proc_ssize_t at = 0; at < size;) {
    CodePoint code_point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(bytes + at, size - at, &code_point);
    if (length <= 0) return false;
    at += length;
    const CodePoint mapped = Map(code_point);
    if (mapped != kNothing) into.push_back(mapped);
  }
  return true;
}

std::optional<CodePoints> Normalise(const CodePoints& text) {
  const size_t most = 3 * text.size() + kLongestPiece;
  const bool in_steps = std::any_of(text.begin(), text.end(), HasIotaMark);
  Decomposition decomposed(most);
  for (const CodePoint code_point : text) {
    if (!decomposed.Add(code_point, in_steps ? kDecompose : kFold)) return std::nullopt;
  }
  if (!decomposed.Order()) return std::nullopt;
  if (!in_steps) return std::move(decomposed).Compose();
  Decomposition folded(most);
  if (!decomposed.FoldInto(folded) || !folded.Order()) return std::nullopt;
  return std::move(folded).Compose();
}

// Writes UTF-8 with single spaces. A space under a mark is none (RFC 4518 section 2.6.1).
std::string Write(const CodePoints& text) {
  std::string written;
  bool space = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kSpace && (i + 1 == text.size() || !IsMark(text[i + 1]))) {
      space = !written.empty();
      continue;
    }
    if (space) written += ' ';
    space = false;
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t size = utf8proc_encode_char(text[i], bytes);
    written.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  return written;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string PrepareAscii(std::string_view text) {
  std::string prepared;
  prepared.reserve(text.size());
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      space = !prepared.empty();
    } else if (c > ' ' && c < 0x7F) {
      if (space) prepared += ' ';
      space = false;
      prepared += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return prepared;
}

}  // namespace

std::optional<std::string> PrepareText(std::string_view text) {
  if (IsAscii(text)) return PrepareAscii(text);
  return PrepareByTables(text);
}

std::optional<std::string> PrepareByTables(std::string_view text) {
  if (text.size() > kMostBytes) return std::nullopt;
  CodePoints mapped;
  mapped.reserve(text.size());
  if (!Read(text, mapped)) return std::nullopt;
  const std::optional<CodePoints> normal = Normalise(mapped);
  if (!normal || std::any_of(normal->begin(), normal->end(), IsProhibited)) return std::nullopt;
  if (!normal->empty() && IsMark(normal->front())) return std::nullopt;
  return Write(*normal);
}

}  // namespace pinlatch::identity
