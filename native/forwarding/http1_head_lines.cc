// See http1_head_lines.h.
#include "forwarding/http1_head_lines.h"

namespace pinlatch::proxy {
namespace {

// TakeUntil returns what comes before `mark`, and drops both from `rest`.
std::string_view TakeUntil(std::string_view& rest, std::string_view mark) {
  const size_t at = rest.find(mark);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + mark.size());
  return taken;
}

}  // namespace

Http1HeadLines::Http1HeadLines(std::string_view head) {
  std::string_view first = TakeUntil(head, "\r\n");
  method_ = TakeUntil(first, " ");
  target_ = TakeUntil(first, " ");
  while (true) {
    std::string_view line = TakeUntil(head, "\r\n");
    if (line.empty()) return;
    const std::string_view name = TakeUntil(line, ": ");
    if (http::EqualsIgnoringCase(name, "Host")) host_ = line;
    fields_.push_back({name, line});
  }
}

}  // namespace pinlatch::proxy
