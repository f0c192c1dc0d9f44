// Owns FieldName: the name of a field that the source spells out. Pure.
#pragma once

#include <string_view>

#include "http/chars.h"

namespace pinlatch::http {

// FieldName is a token (RFC 9110 section 5.1), which the compiler sees to: what writes one has
// nothing to check.
class FieldName {
 public:
  template <size_t kSize>
  consteval FieldName(const char (&literal)[kSize]) : text_(literal, kSize - 1) {
    if (!All(kTokenChar, text_)) IsNoToken();
  }

  constexpr std::string_view text() const { return text_; }

 private:
  // Cannot be called where a constant is made: the compiler stops there.
  static void IsNoToken();

  std::string_view text_;
};

}  // namespace pinlatch::http
