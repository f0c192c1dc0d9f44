// What patterns fit.
#include "match/glob.h"

#include <string>

#include "doctest/doctest.h"

namespace pinlatch::policy {
namespace {

bool Plain(std::string_view pattern, std::string_view text) {
  return MatchesGlob(pattern, text, std::nullopt);
}
bool Dotted(std::string_view pattern, std::string_view text) {
  return MatchesGlob(pattern, text, '.');
}

TEST_CASE("a pattern without signs is the text itself") {
  CHECK(Plain("abc", "abc"));
  CHECK_FALSE(Plain("abc", "abcd"));
  CHECK_FALSE(Plain("abc", "ab"));
  CHECK_FALSE(Plain("", "a"));
  CHECK(Plain("", ""));
  CHECK_FALSE(Plain("a.c", "abc"));
}

TEST_CASE("an asterisk is any number of characters, a question mark is one") {
  CHECK(Plain("*", ""));
  CHECK(Plain("a*", "a"));
  CHECK(Plain("a*c", "abbbc"));
  CHECK(Plain("*a*a*", "banana"));
  CHECK_FALSE(Plain("*a*a*a*a*", "banana"));
  CHECK(Plain("b?n?n?", "banana"));
  CHECK_FALSE(Plain("?", ""));
  CHECK_FALSE(Plain("??", "a"));
}

TEST_CASE("only two asterisks go across a separator") {
  CHECK(Dotted("*.b", "a.b"));
  CHECK_FALSE(Dotted("*.b", "a.a.b"));
  CHECK_FALSE(Dotted("a?b", "a.b"));
  CHECK(Dotted("**.b", "a.a.b"));
  CHECK(Dotted("**.x*.b", "a.x.c.x1.b"));
  CHECK_FALSE(Dotted("**.x*.b", "a.x.c.y1.b"));
  CHECK(Dotted("*a**c", "xa.b.c"));
}

// A matcher that goes back and tries again would not come to an end here.
TEST_CASE("no pattern is slow") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a**?*";
  CHECK_FALSE(Dotted(pattern + "b", std::string(4000, 'a')));
}

}  // namespace
}  // namespace pinlatch::policy
