// CutText: how much is left, and that no character is cut in two.
#include "base/cut_text.h"

#include "doctest/doctest.h"

namespace pinlatch {
namespace {

TEST_CASE("a text that is short enough stays as it is") {
  CHECK(CutText("", 3) == "");
  CHECK(CutText("abc", 3) == "abc");
  CHECK(CutText("\xc3\xbc\xc3\xbc", 4) == "\xc3\xbc\xc3\xbc");
}

TEST_CASE("a longer one ends in the mark, which counts") {
  CHECK(CutText("abcdef", 5) == "ab…");
  CHECK(CutText("abcdef", 3) == "…");
}

TEST_CASE("a sequence of UTF-8 is kept whole or left away") {
  const std::string_view text = "a\xf0\x9f\x98\x80zzzzzz";  // a, four bytes, z…
  CHECK(CutText(text, 4) == "a…");
  CHECK(CutText(text, 7) == "a…");
  CHECK(CutText(text, 8) == "a\xf0\x9f\x98\x80…");
}

TEST_CASE("what is no UTF-8 is cut where it is too long") {
  CHECK(CutText(std::string(10, '\x80'), 8) == std::string(5, '\x80') + "…");
}

}  // namespace
}  // namespace pinlatch
