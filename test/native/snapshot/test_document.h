// Owns the document that the decoder's tests start from, and the ways to spoil it at one place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinlatch::snapshot {

// FullDocument returns a valid document in which every kind of entry occurs.
std::string FullDocument();

// Changed returns FullDocument() with the value at `pointer` replaced by the JSON text `value`; a
// last token "-" appends to a list, and a member that is not there is added.
std::string Changed(std::string_view pointer, std::string_view value);
// Removed returns FullDocument() without what `pointer` leads to.
std::string Removed(std::string_view pointer);
// Doubled returns FullDocument() with the member at `pointer` written twice.
std::string Doubled(std::string_view pointer);

// Place is one value of FullDocument(): where it is, and its parent.
struct Place {
  std::string pointer;
  std::string parent;
  bool is_object = false;
  bool is_array = false;
  bool is_member = false;  // of an object
};
// Places returns every value of FullDocument() below the root.
std::vector<Place> Places();

}  // namespace pinlatch::snapshot
