// Owns the parsing of field lines.
#include "http/field_lines.h"

#include <algorithm>

#include "http/chars.h"

namespace pinlatch::http {
namespace {

// ParseLine parses one field line at `at` and moves `at` behind its CRLF. It returns what is wrong,
// or nullptr.
const char* ParseLine(std::string_view head, size_t& at, Field& field) {
  const size_t colon = SkipClass(kTokenChar, head, at);
  if (colon == at) return "a field line does not start with a name";
  if (colon == head.size() || head[colon] != ':')
    return "a field name is not a token followed by a colon";
  const size_t end = SkipText(head, colon + 1);
  if (head.substr(end, 2) != "\r\n")
    return "a field value contains a control character or a bare line break";
  field.name = head.substr(at, colon - at);
  field.value = Trim(head.substr(colon + 1, end - colon - 1));
  at = end + 2;
  return nullptr;
}

}  // namespace

Status ParseFieldLines(std::string_view head, size_t at, uint32_t max_fields, Fields& fields) {
  fields.Clear();
  const size_t limit = std::min<size_t>(max_fields, kMaxFields);
  while (at < head.size() && head[at] != '\r') {
    Field field;
    const char* problem = ParseLine(head, at, field);
    if (problem != nullptr) return Error(ErrorCode::kMalformedRequest, problem);
    if (fields.size() == limit || !fields.Add(field)) {
      return Error(ErrorCode::kHeadTooLarge, "too many fields");
    }
  }
  if (at > head.size() || head.substr(at) != "\r\n") {
    return Error(ErrorCode::kMalformedRequest, "the head does not end with its empty line");
  }
  return {};
}

}  // namespace pinlatch::http
