// Owns finding where a head ends, byte by byte as it arrives.
#include <algorithm>

#include "http/chars.h"
#include "http/head.h"

namespace pinlatch::http {
namespace {

Error Malformed(const char* detail) { return Error(ErrorCode::kMalformedRequest, detail); }

}  // namespace

Result<size_t> FindHeadEnd(ByteSpan bytes, size_t& scanned, const HeadLimits& limits) {
  const std::string_view text =
      AsText(bytes.first(std::min<size_t>(bytes.size(), limits.max_bytes)));
  size_t at = std::min(scanned, text.size());
  while (at < text.size()) {
    if (at == 0 && !Is(kTokenChar, text[0]))
      return Malformed("the head does not start with a token");
    if (at > 0 && text[at - 1] == '\n' && IsWhiteSpace(text[at])) {
      return Malformed("a line of the head starts with white space");
    }
    at = SkipText(text, at);
    if (at == text.size()) break;
    if (text[at] == '\n') return Malformed("bare LF in the head");
    if (text[at] != '\r') return Malformed("control character in the head");
    if (at + 1 == text.size()) break;  // the LF may still come: look at this CR again
    if (text[at + 1] != '\n') return Malformed("bare CR in the head");
    if (text[at - 1] == '\n') {
      scanned = at;  // asked again, the answer is the same
      return at + 2;
    }
    at += 2;
  }
  scanned = at;
  if (bytes.size() >= limits.max_bytes)
    return Error(ErrorCode::kHeadTooLarge, "the head is too long");
  return size_t{0};
}

}  // namespace pinlatch::http
