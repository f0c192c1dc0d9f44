// Owns the canonical form of a path, and the check of a query.
#include <algorithm>
#include <utility>

#include "http/char_name.h"
#include "http/chars.h"
#include "http/target.h"

namespace pinlatch::http {
namespace {

Error BadPath(std::string detail) { return Error(ErrorCode::kBadPath, std::move(detail)); }

// What is wrong where the character itself is to be named.
constexpr char kCharacter[] = "a character that is not allowed in a path";

bool HasEncodingAt(std::string_view text, size_t at) {
  return at + 2 < text.size() && Is(kHexDigit, text[at + 1]) && Is(kHexDigit, text[at + 2]);
}

char EncodedAt(std::string_view text, size_t at) {
  return static_cast<char>(HexValue(text[at + 1]) << 4 | HexValue(text[at + 2]));
}

// IsOverlong says whether the encoded bytes at `at` start an overlong UTF-8 sequence: decoders that
// take those read %C0%AF as a slash (RFC 3629 section 10).
bool IsOverlong(std::string_view raw, size_t at) {
  const auto first = static_cast<uint8_t>(EncodedAt(raw, at));
  if (first == 0xc0 || first == 0xc1) return true;
  if (first != 0xe0 && first != 0xf0) return false;
  const size_t next = at + 3;
  if (next >= raw.size() || raw[next] != '%' || !HasEncodingAt(raw, next)) return false;
  const auto second = static_cast<uint8_t>(EncodedAt(raw, next));
  return second >= 0x80 && second < (first == 0xe0 ? 0xa0 : 0x90);
}

// AppendEncoded appends the percent-encoding at `at` in its canonical form. It returns what is
// wrong, or nullptr.
const char* AppendEncoded(std::string_view raw, size_t at, std::string& into) {
  if (!HasEncodingAt(raw, at)) return "invalid percent-encoding";
  const char c = EncodedAt(raw, at);
  if (Is(kUnreserved, c)) {
    into += c;
    return nullptr;
  }
  if (c == '/' || c == '\\') return "encoded slash or backslash";
  if (IsControl(c)) return "encoded control character";
  if (IsOverlong(raw, at)) return "overlong UTF-8 sequence";
  constexpr char kDigits[] = "0123456789ABCDEF";
  into += '%';
  into += kDigits[static_cast<uint8_t>(c) >> 4];
  into += kDigits[static_cast<uint8_t>(c) & 15];
  return nullptr;
}

// HasHiddenDots says whether upstreams that decode and cut parameters off would be left with an
// empty segment or a dot segment.
bool HasHiddenDots(std::string_view segment) {
  const size_t dots = std::min(segment.find_first_not_of('.'), segment.size());
  if (dots > 2) return false;
  return segment.substr(dots, 3) == "%3B";
}

// EndSegment looks at the segment that starts at `start` of `into` (behind its slash) and resolves
// dot segments. The slash that comes next in the raw path, if any, is not written yet.
const char* EndSegment(size_t start, std::string& into) {
  const std::string_view segment = std::string_view(into).substr(start);
  if (HasHiddenDots(segment)) return "empty or dot segment with parameters";
  if (segment == ".") {
    into.resize(start);
    return nullptr;
  }
  if (segment != "..") return nullptr;
  if (start == 1) return "dot segments that lead above the root";
  into.resize(into.rfind('/', start - 2) + 1);
  return nullptr;
}

// AppendSegment appends the segment of `raw` that starts at `at` and moves `at` to its end.
const char* AppendSegment(std::string_view raw, size_t& at, std::string& into) {
  while (at < raw.size() && raw[at] != '/') {
    // Servlet containers cut "/admin;x" to "/admin": what we match must be what they serve.
    if (raw[at] == ';') return "path parameters (';') are not supported";
    if (Is(kPathChar, raw[at])) {
      into += raw[at++];
      continue;
    }
    if (raw[at] != '%') return kCharacter;
    const char* problem = AppendEncoded(raw, at, into);
    if (problem != nullptr) return problem;
    at += 3;
  }
  return nullptr;
}

}  // namespace

Status CanonicalPath(std::string_view raw, std::string& into) {
  into.clear();
  if (raw.empty() || raw.front() != '/') return BadPath("the path is not absolute");
  into.reserve(raw.size());
  into += '/';
  size_t at = 1;
  while (true) {
    // `into` ends with the slash in front of this segment.
    const size_t start = into.size();
    const size_t raw_start = at;
    const char* problem = AppendSegment(raw, at, into);
    if (problem == nullptr && at == raw_start && at < raw.size()) problem = "empty segment";
    if (problem == nullptr) problem = EndSegment(start, into);
    if (problem != nullptr) {
      into.clear();
      return BadPath(problem == kCharacter ? NotAllowed(raw[at], "the path") : problem);
    }
    if (at == raw.size()) return {};
    ++at;
    // A dot segment is gone together with its slash.
    if (into.back() != '/') into += '/';
  }
}

bool ValidQuery(std::string_view query) { return SkipClass(kTargetChar, query, 0) == query.size(); }

}  // namespace pinlatch::http
