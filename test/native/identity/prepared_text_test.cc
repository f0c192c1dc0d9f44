// Text is prepared as RFC 4518 says, so that what means the same is the same; what nobody can say
// that of is not prepared.
#include "identity/prepared_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace pinlatch::identity {
namespace {

std::string Utf8(uint32_t c) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

bool Same(const std::string& a, const std::string& b) {
  const std::optional<std::string> prepared = PrepareText(a);
  return prepared.has_value() && prepared == PrepareText(b);
}

TEST_CASE("letters are compared without regard to case, in any script") {
  CHECK(Same("Acme GmbH", "ACME gmbh"));
  CHECK(Same("Müller", "MÜLLER"));
  CHECK(Same("ΣΊΣΥΦΟΣ", "σίσυφος"));
  CHECK(Same("Straße", "STRASSE"));
  CHECK(Same("ЁЖ", "ёж"));
  CHECK(!Same("Muller", "Müller"));
  CHECK(!Same("İstanbul", "istanbul"));
}

TEST_CASE("letters are compared without regard to how they are composed") {
  CHECK(Same("Mu\u0308ller", "Müller"));
  CHECK(Same("a\u0323\u0302", "a\u0302\u0323"));
  CHECK(Same("\u1100\u1161\u11a8", "각"));
  CHECK(Same("ﬁrma", "firma"));
  CHECK(Same("ＡＣＭＥ", "acme"));
  CHECK(Same("㈱", "(株)"));
  // A mark that folds to a letter is ordered as a mark first.
  CHECK(Same("\u03b1\u0345\u0301", "\u03b1\u0301\u0345"));
  CHECK(Same("\u1fb4", "\u1fb3\u0301"));
}

TEST_CASE("spaces of every kind are one, and count only between other characters") {
  CHECK(Same("Acme  Ltd", "Acme Ltd"));
  CHECK(Same(" Acme Ltd ", "Acme Ltd"));
  for (const char* space : {"\t", "\n", "\v", "\f", "\r", "\u0085", "\u00a0", "\u1680", "\u2003",
                            "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"}) {
    CHECK(Same("Acme" + std::string(space) + "Ltd", "Acme Ltd"));
    CHECK(Same("Acme Ltd" + std::string(space), "Acme Ltd"));
  }
  CHECK(!Same("AcmeLtd", "Acme Ltd"));
  CHECK(Same(" \t\u3000", ""));
  // A space that carries a mark is a character of its own.
  CHECK(!Same("a \u0301b", "a  \u0301b"));
  CHECK(Same(" \u0301b", "\u00b4b"));
}

TEST_CASE("what is invisible is left out") {
  for (const char* nothing : {"\u00ad", "\u034f", "\u1806", "\u180b", "\u180e", "\u200b", "\u200d",
                              "\u202e", "\u2060", "\ufe0f", "\ufeff", "\ufffc", "\u0001", "\u0080",
                              "\u007f", "\U0001d173", "\U000e0041", "\U000e0100"}) {
    CHECK(Same("Ac" + std::string(nothing) + "me", "Acme"));
    CHECK(Same("Mu" + std::string(nothing) + "\u0308ller", "Müller"));
  }
  CHECK(Same(std::string("Ac\0me", 5), "Acme"));
}

TEST_CASE("what nobody can say the meaning of cannot be prepared") {
  for (const char* strange : {"\ue000", "\U000f0000", "\ufdd0", "\uffff", "\U0010ffff", "\ufffd",
                              "\u0378", "\u115f", "\u3164", "\u2066", "\u061c", "\U000e0fff"}) {
    CHECK(!PrepareText("Acme" + std::string(strange)).has_value());
  }
  CHECK(!PrepareText("\u0301acme").has_value());
  CHECK(!PrepareText("\u200b\u0301acme").has_value());
}

TEST_CASE("bytes that are not UTF-8 cannot be prepared") {
  for (const char* bytes :
       {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    CHECK(!PrepareText(bytes).has_value());
  }
}

TEST_CASE("hostile text is given up before it costs anything") {
  std::string marks = "a";
  for (int i = 0; i < 30; ++i) marks += i % 2 == 0 ? "\u0301" : "\u0323";
  CHECK(PrepareText(marks).has_value());
  CHECK(!PrepareText(marks + "\u0301").has_value());
  std::string growing;
  for (int i = 0; i < 100; ++i) growing += "\ufdfa";
  CHECK(!PrepareText(growing).has_value());
  CHECK(PrepareText("Acme \ufdfa").has_value());
  std::string large(4094, 'x');
  CHECK(PrepareText(large + "ü").has_value());
  CHECK(!PrepareText(large + "xü").has_value());
  CHECK(PrepareText(large + large).has_value());
}

TEST_CASE("every code point prepares to something that stays as it is") {
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    for (const std::string& text : {Utf8(c), "a" + Utf8(c) + "\u0301 b"}) {
      const std::optional<std::string> once = PrepareByTables(text);
      if (!once) continue;
      CAPTURE(c);
      REQUIRE(PrepareByTables(*once) == once);
    }
  }
}

TEST_CASE("the short cut for ASCII comes to the same as the tables") {
  std::string all;
  for (int first = 0; first < 0x80; ++first) {
    all += static_cast<char>(first);
    for (int second = 0; second < 0x80; ++second) {
      const std::string text = {'x', static_cast<char>(first), static_cast<char>(second), 'Y'};
      REQUIRE(PrepareText(text) == PrepareByTables(text));
      REQUIRE(PrepareText(text.substr(1, 2)) == PrepareByTables(text.substr(1, 2)));
    }
  }
  CHECK(PrepareText(all) == PrepareByTables(all));
}

}  // namespace
}  // namespace pinlatch::identity
