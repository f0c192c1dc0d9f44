// See document.h.
#include "seeds/document.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "snapshot/test_document.h"

namespace pinlatch::fuzz {

Document::Document() {
  const std::string full = snapshot::FullDocument();
  yyjson_doc* parsed = yyjson_read(full.data(), full.size(), 0);
  REQUIRE(parsed != nullptr);
  doc_ = yyjson_doc_mut_copy(parsed, nullptr);
  yyjson_doc_free(parsed);
}

Document::~Document() { yyjson_mut_doc_free(doc_); }

void Document::Put(std::string_view place, yyjson_mut_val* value) {
  REQUIRE(value != nullptr);
  CAPTURE(place);
  REQUIRE((place.ends_with("/-")
               ? yyjson_mut_doc_ptr_addn(doc_, place.data(), place.size(), value)
               : yyjson_mut_doc_ptr_setn(doc_, place.data(), place.size(), value)));
}

Document& Document::Set(std::string_view place, std::string_view value) {
  yyjson_doc* parsed = yyjson_read(value.data(), value.size(), 0);
  REQUIRE(parsed != nullptr);
  Put(place, yyjson_val_mut_copy(doc_, yyjson_doc_get_root(parsed)));
  yyjson_doc_free(parsed);
  return *this;
}

Document& Document::Copy(std::string_view from, std::string_view to) {
  yyjson_mut_val* value = yyjson_mut_doc_ptr_getn(doc_, from.data(), from.size());
  REQUIRE(value != nullptr);
  Put(to, yyjson_mut_val_mut_copy(doc_, value));
  return *this;
}

Document& Document::Remove(std::string_view place) {
  REQUIRE(yyjson_mut_doc_ptr_removen(doc_, place.data(), place.size()) != nullptr);
  return *this;
}

std::string Document::Text() const {
  size_t size = 0;
  char* text = yyjson_mut_write(doc_, 0, &size);
  REQUIRE(text != nullptr);
  std::string result(text, size);
  std::free(text);
  return result;
}

}  // namespace pinlatch::fuzz
