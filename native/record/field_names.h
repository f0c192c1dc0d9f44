// Owns FieldNames: what is kept of the fields of a request for the judgements that follow the
// first. Plain data, reused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/head.h"

namespace pinlatch::proxy {

// FieldNames is the names of fields as they were sent, in no order, without their values.
class FieldNames {
 public:
  void Add(std::string_view name);
  // AddLines adds the names of field lines as http::AppendField writes them.
  void AddLines(std::string_view lines);
  // AsFields returns them as fields without a value: views, valid until the next change.
  std::vector<http::Field> AsFields() const;
  std::string& text() { return text_; }

 private:
  std::string text_;  // each name with a line feed behind it, which no name has
};

}  // namespace pinlatch::proxy
