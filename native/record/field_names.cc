// See field_names.h.
#include "record/field_names.h"

namespace pinlatch::proxy {

void FieldNames::Add(std::string_view name) {
  text_.append(name);
  text_ += '\n';
}

void FieldNames::AddLines(std::string_view lines) {
  while (!lines.empty()) {
    Add(lines.substr(0, lines.find(':')));
    const size_t end = lines.find('\n');
    if (end == std::string_view::npos) return;
    lines.remove_prefix(end + 1);
  }
}

std::vector<http::Field> FieldNames::AsFields() const {
  std::vector<http::Field> fields;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    fields.push_back({rest.substr(0, end), {}});
    rest.remove_prefix(end + 1);
  }
  return fields;
}

}  // namespace pinlatch::proxy
