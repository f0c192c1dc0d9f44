// JsonLine: what a line looks like, and that no bytes can break it.
#include "telemetry/json_line.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::telemetry {
namespace {

using namespace std::string_view_literals;

std::string Quoted(std::string_view value) {
  JsonLine line;
  line.Begin();
  line.Text("k", value);
  std::string text(line.End());
  REQUIRE(text.starts_with("{\"k\":\""));
  REQUIRE(text.ends_with("\"}"));
  return text.substr(6, text.size() - 8);
}

TEST_CASE("an object holds its members in order") {
  JsonLine line;
  line.Begin();
  line.Text("event", "request");
  line.Number("status", 403);
  line.Bool("resumed", true);
  line.Bool("kept", false);
  line.Null("route");
  line.TextList("san", std::vector<std::string>{"a.example", "b\"c"});
  line.TextList("none", std::vector<std::string_view>{});
  CHECK(line.End() == R"({"event":"request","status":403,"resumed":true,"kept":false,"route":null,)"
                      R"("san":["a.example","b\"c"],"none":[]})");
}

TEST_CASE("beginning again starts over, and an object may be empty") {
  JsonLine line;
  line.Begin();
  line.Number("a", 1);
  CHECK(line.End() == R"({"a":1})");
  line.Begin();
  CHECK(line.End() == "{}");
}

TEST_CASE("a list item that ends in a bracket is followed by a comma") {
  JsonLine line;
  line.Begin();
  line.TextList("l", std::vector<std::string_view>{"[", "", "["});
  CHECK(line.End() == R"({"l":["[","","["]})");
}

TEST_CASE("numbers are written to the ends of their range") {
  JsonLine line;
  line.Begin();
  line.Number("a", std::numeric_limits<int64_t>::min());
  line.Number("b", std::numeric_limits<uint64_t>::max());
  line.Number("c", uint16_t{65535});
  line.Number("d", -1);
  line.Number("e", size_t{0});
  CHECK(line.End() ==
        R"({"a":-9223372036854775808,"b":18446744073709551615,"c":65535,"d":-1,"e":0})");
}

TEST_CASE("quotes, backslashes and control characters are escaped") {
  CHECK(Quoted("a\"b\\c/d") == R"(a\"b\\c/d)");
  CHECK(Quoted("\n\r\t") == R"(\n\r\t)");
  CHECK(Quoted("\0\x01\x1f\x7f"sv) == R"(\u0000\u0001\u001f\u007f)");
  CHECK(Quoted("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0") == "\\u0080\\u009b\\u009f\xc2\xa0");
}

TEST_CASE("what a reader does not see, or takes for the end of a line, is escaped") {
  CHECK(Quoted("a\u2028b\u2029") == R"(a\u2028b\u2029)");
  CHECK(Quoted("\u202a\u202e\u2066\u2069\u200e\u200f\u061c") ==
        R"(\u202a\u202e\u2066\u2069\u200e\u200f\u061c)");
  CHECK(Quoted("\u200b\ufeff\u00ad\u2060") == R"(\u200b\ufeff\u00ad\u2060)");
  CHECK(Quoted("\U000e0041\U0001d173") == R"(\udb40\udc41\ud834\udd73)");
  CHECK(Quoted("\u00e9\u2027\u2030\u2065\uff21\U0001f600") ==
        "\u00e9\u2027\u2030\u2065\uff21\U0001f600");
}

TEST_CASE("an escape is whole where a text is cut") {
  for (size_t length = 1000; length < 1040; ++length) {
    const std::string text = Quoted(std::string(length, 'a') + "\U000e0041" + std::string(80, 'b'));
    CAPTURE(length);
    const size_t escape = text.find('\\');
    CHECK((escape == std::string::npos || text.compare(escape, 12, R"(\udb40\udc41)") == 0));
    CHECK(text.size() <= JsonLine::kMostText);
  }
}

TEST_CASE("a key is escaped as a value is") {
  JsonLine line;
  line.Begin();
  line.Null("a\"\n\xff");
  CHECK(line.End() == R"({"a\"\n\ufffd":null})");
}

TEST_CASE("well-formed UTF-8 passes through") {
  for (std::string_view text :
       {"\xc3\xbc"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv,
        "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv}) {
    CHECK(Quoted(text) == text);
  }
}

TEST_CASE("each byte outside well-formed UTF-8 becomes a replacement character") {
  CHECK(Quoted("a\xff"
               "b") == R"(a\ufffdb)");
  CHECK(Quoted("\x80") == R"(\ufffd)");
  CHECK(Quoted("\xc0\xaf") == R"(\ufffd\ufffd)");                      // overlong "/"
  CHECK(Quoted("\xc1\xbf") == R"(\ufffd\ufffd)");                      // overlong
  CHECK(Quoted("\xe0\x9f\xbf") == R"(\ufffd\ufffd\ufffd)");            // overlong
  CHECK(Quoted("\xed\xa0\x80") == R"(\ufffd\ufffd\ufffd)");            // surrogate
  CHECK(Quoted("\xf0\x8f\xbf\xbf") == R"(\ufffd\ufffd\ufffd\ufffd)");  // overlong
  CHECK(Quoted("\xf4\x90\x80\x80") == R"(\ufffd\ufffd\ufffd\ufffd)");  // beyond U+10FFFF
  CHECK(Quoted("\xf5\x80\x80\x80") == R"(\ufffd\ufffd\ufffd\ufffd)");
  CHECK(Quoted("\xc3") == R"(\ufffd)");  // cut short
  CHECK(Quoted("\xe2\x82") == R"(\ufffd\ufffd)");
  CHECK(Quoted("\xf0\x9f\x98\"") == R"(\ufffd\ufffd\ufffd\")");
}

// Decodes strictly, and says whether `text` is the inside of a JSON string of one line.
bool IsSafe(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if (byte < 0x20 || byte == 0x7f || byte == '"') return false;
    if (byte == '\\') {
      if (i + 1 >= text.size()) return false;
      const size_t length = text[i + 1] == 'u' ? 6 : 2;
      if (i + length > text.size()) return false;
      if (length == 2 && "\"\\nrt"sv.find(text[i + 1]) == std::string_view::npos) return false;
      i += length;
      continue;
    }
    if (byte < 0x80) {
      ++i;
      continue;
    }
    // Decoded to a code point and compared with the shortest form's range.
    const size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (byte < 0xc0 || byte >= 0xf8 || i + length > text.size()) return false;
    uint32_t code = byte & (0xffU >> (length + 1));
    for (size_t next = 1; next < length; ++next) {
      const auto continued = static_cast<uint8_t>(text[i + next]);
      if ((continued & 0xc0) != 0x80) return false;
      code = code << 6 | (continued & 0x3fU);
    }
    constexpr uint32_t kLeast[] = {0, 0, 0xa0, 0x800, 0x10000};
    if (code < kLeast[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      return false;
    }
    i += length;
  }
  return true;
}

TEST_CASE("whatever the bytes, the string is well-formed and stays on its line") {
  std::mt19937 random(20240607);
  // Bytes at the edges of the table of well-formed sequences, so that random ones meet them often.
  constexpr uint8_t kEdges[] = {0x00, 0x0a, 0x1f, '"',  '\\', 'u',  0x7f, 0x80,
                                0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
                                0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff};
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    const size_t size = random() % 9;
    while (text.size() < size) {
      text += static_cast<char>(random() % 8 == 0 ? random() : kEdges[random() % sizeof kEdges]);
    }
    const std::string quoted = Quoted(text);
    if (!IsSafe(quoted)) {
      FAIL_CHECK("not safe: " << quoted);
      break;
    }
  }
}

TEST_CASE("a line is written again without moving its storage") {
  JsonLine line;
  const std::string value(500, 'x');
  const char* place = nullptr;
  for (int round = 0; round < 100; ++round) {
    line.Begin();
    line.Text("value", value);
    line.Number("round", 7);
    const std::string_view text = line.End();
    if (round == 0) place = text.data();
    CHECK(text.data() == place);
  }
}

// Of a text of so many bytes, what is written between the quotes in a line of its own.
std::string Written(std::string_view text, JsonLine::Form form = JsonLine::Form::kWhole) {
  JsonLine line;
  line.Begin(form);
  line.Text("k", text);
  const std::string whole(line.End());
  return whole.substr(6, whole.size() - 8);
}

TEST_CASE("a text that is too long ends in the mark, measured as it is written") {
  CHECK(Written(std::string(1000, 'x')).size() == 1000);
  CHECK(Written(std::string(100000, 'x')).size() <= JsonLine::kMostText);
  CHECK(Written(std::string(100000, 'x')).ends_with("xxx…"));
  // A control character takes six bytes.
  const std::string escaped = Written(std::string(100000, '\x01'));
  CHECK(escaped.size() <= JsonLine::kMostText);
  CHECK(escaped.size() > JsonLine::kMostText - 16);
  CHECK(escaped.ends_with("\\u0001…"));
}

TEST_CASE("a text is cut between characters and escapes, wherever the end falls") {
  for (size_t lead = 0; lead < 12; ++lead) {
    for (const std::string_view unit :
         {"\x01"sv, "\""sv, "\xff"sv, "\xf0\x9f\x98\x80"sv, "\xc2\x80"sv, "\xe2\x82\xac"sv}) {
      std::string text(lead, 'x');
      for (int i = 0; i < 2000; ++i) text += unit;
      for (const JsonLine::Form form : {JsonLine::Form::kWhole, JsonLine::Form::kShort}) {
        const std::string written = Written(text, form);
        CHECK(IsSafe(written));
        CHECK(written.ends_with("…"));
        CHECK(written.size() <=
              (form == JsonLine::Form::kShort ? JsonLine::kLeastText : JsonLine::kMostText));
      }
    }
  }
}

TEST_CASE("a text that just fits is not cut") {
  const std::string fits(JsonLine::kLeastText, 'x');
  CHECK(Written(fits, JsonLine::Form::kShort) == fits);
  CHECK(Written(fits + 'x', JsonLine::Form::kShort) ==
        std::string(JsonLine::kLeastText - 3, 'x') + "…");
}

TEST_CASE("names of the gateway's own are whole, also in a short line") {
  JsonLine line;
  line.Begin(JsonLine::Form::kShort);
  line.Name("name", std::string(100, 'n'));
  line.Hex("hash", "sha256:", std::vector<uint8_t>(32, 0xab));
  std::string digits;
  for (int i = 0; i < 32; ++i) digits += "ab";
  CHECK(line.End() ==
        "{\"name\":\"" + std::string(100, 'n') + "\",\"hash\":\"sha256:" + digits + "\"}");
}

TEST_CASE("a list says how much of it is left out") {
  JsonLine line;
  const std::vector<std::string> names(58, std::string(246, '\x01'));
  line.Begin();
  line.TextList("names", names);
  const std::string whole(line.End());
  CHECK(whole.size() < JsonLine::kMostList + 20);
  CHECK(whole.find("\\u0001…\",\"") != std::string::npos);
  CHECK(whole.find("\",\"… and 5") != std::string::npos);
  CHECK(whole.ends_with(" more\"]}"));
  line.Begin(JsonLine::Form::kShort);
  line.TextList("names", names);
  CHECK(line.End() == "{\"names\":[\"… and 58 more\"]}");
}

TEST_CASE("a long item does not hide those behind it") {
  JsonLine line;
  line.Begin();
  line.TextList("names", std::vector<std::string>{std::string(5000, 'x'), "short", "another"});
  CHECK(line.End().find("x…\",\"short\",\"another\"]") != std::string::npos);
}

TEST_CASE("however many texts and lists, a line stays in bounds, and the last still has words") {
  JsonLine line;
  line.Begin();
  const std::string text(10000, '\x02');
  for (int i = 0; i < 20; ++i) line.Text("text", text);
  for (int i = 0; i < 4; ++i) line.TextList("list", std::vector<std::string>(100, text));
  line.Text("last", "these words are read");
  const std::string_view whole = line.End();
  CHECK(whole.size() < 2 * JsonLine::kRoom);
  CHECK(whole.ends_with("\"last\":\"these words are read\"}"));
}

TEST_CASE("beginning again forgets that the last line was short") {
  JsonLine line;
  line.Begin(JsonLine::Form::kShort);
  line.Begin();
  CHECK(line.form() == JsonLine::Form::kWhole);
  line.Text("k", std::string(500, 'x'));
  CHECK(line.End().size() > 500);
}

}  // namespace
}  // namespace pinlatch::telemetry
