// Owns a copy of the snapshot tests' full document (snapshot/test_document.h) that is edited at
// several places; a place is a JSON pointer, whose last token "-" appends to a list.
#pragma once

#include <yyjson.h>

#include <string>
#include <string_view>

namespace pinlatch::fuzz {

class Document {
 public:
  Document();
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // Set puts the JSON text `value` at a place, Copy what is at another one. Chained.
  Document& Set(std::string_view place, std::string_view value);
  Document& Copy(std::string_view from, std::string_view to);
  Document& Remove(std::string_view place);
  std::string Text() const;

 private:
  void Put(std::string_view place, yyjson_mut_val* value);

  yyjson_mut_doc* doc_ = nullptr;
};

}  // namespace pinlatch::fuzz
