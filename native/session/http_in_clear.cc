// See http_in_clear.h.
#include "session/http_in_clear.h"

#include <algorithm>

namespace pinlatch::tls {
namespace {

constexpr std::string_view kHeadRequest = "HEAD ";

bool IsOfMethod(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'; }

// IsOfTarget is for its first character; more of it does not matter here.
bool IsOfTarget(char c) { return c == '/' || c == '*' || IsOfMethod(c); }

std::string_view BehindEmptyLine(std::string_view text) {
  for (const std::string_view line_end : {"\r\n", "\n"}) {
    if (text.starts_with(line_end)) return text.substr(line_end.size());
  }
  return text;
}

}  // namespace

HttpInClear RequestInClear(std::string_view beginning) {
  const std::string_view text = BehindEmptyLine(beginning);
  const auto end = std::find_if_not(text.begin(), text.end(), IsOfMethod);
  if (end == text.begin()) return HttpInClear::kNone;
  const std::string_view behind(end, text.end());
  if (!behind.empty() && !behind.starts_with(' ')) return HttpInClear::kNone;
  if (behind.size() > 1 && !IsOfTarget(behind[1])) return HttpInClear::kNone;
  return kHeadRequest.starts_with(text) ? HttpInClear::kHead : HttpInClear::kRequest;
}

}  // namespace pinlatch::tls
