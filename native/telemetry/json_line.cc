// See json_line.h.
#include "telemetry/json_line.h"

#include <cassert>
#include <charconv>

namespace pinlatch::telemetry {
namespace {

uint8_t ByteAt(std::string_view text, size_t index) { return static_cast<uint8_t>(text[index]); }

bool InRange(std::string_view text, size_t index, uint8_t first, uint8_t last) {
  return index < text.size() && ByteAt(text, index) >= first && ByteAt(text, index) <= last;
}

// The length of the well-formed sequence at the front of a text that starts with a byte above 0x7f,
// 0 when there is none: the table of RFC 3629 section 4, which excludes overlong forms, surrogates
// and what lies beyond U+10FFFF.
size_t SequenceLength(std::string_view text) {
  const uint8_t lead = ByteAt(text, 0);
  if (lead >= 0xc2 && lead <= 0xdf) return InRange(text, 1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const uint8_t first = lead == 0xe0 ? 0xa0 : 0x80;
    const uint8_t last = lead == 0xed ? 0x9f : 0xbf;
    return InRange(text, 1, first, last) && InRange(text, 2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const uint8_t first = lead == 0xf0 ? 0x90 : 0x80;
    const uint8_t last = lead == 0xf4 ? 0x8f : 0xbf;
    return InRange(text, 1, first, last) && InRange(text, 2, 0x80, 0xbf) &&
                   InRange(text, 3, 0x80, 0xbf)
               ? 4
               : 0;
  }
  return 0;
}

bool IsPlain(uint8_t byte) { return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\'; }

void AppendEscape(std::string& line, uint8_t code) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (code) {
    case '"':
      line += "\\\"";
      return;
    case '\\':
      line += "\\\\";
      return;
    case '\n':
      line += "\\n";
      return;
    case '\r':
      line += "\\r";
      return;
    case '\t':
      line += "\\t";
      return;
    default:
      line += "\\u00";
      line += kDigits[code >> 4];
      line += kDigits[code & 0xf];
  }
}

// Appends the character at the front of `text`, which is not plain, and returns its length.
size_t AppendSpecial(std::string& line, std::string_view text) {
  const uint8_t lead = ByteAt(text, 0);
  if (lead <= 0x7f) {
    AppendEscape(line, lead);
    return 1;
  }
  const size_t length = SequenceLength(text);
  if (length == 0) {
    line += "\\ufffd";
    return 1;
  }
  if (lead == 0xc2 && ByteAt(text, 1) < 0xa0) {  // C1: U+0080 to U+009F
    AppendEscape(line, ByteAt(text, 1));
  } else {
    line.append(text.substr(0, length));
  }
  return length;
}

template <typename T>
void AppendNumber(std::string& line, T value) {
  char digits[20];  // "-9223372036854775808" and "18446744073709551615"
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, value);
  line.append(digits, end.ptr);
}

}  // namespace

void JsonLine::Begin() {
  line_.assign(1, '{');
  open_ = true;
}

std::string_view JsonLine::End() {
  assert(open_);
  open_ = false;
  line_ += '}';
  return line_;
}

void JsonLine::Text(std::string_view key, std::string_view value) {
  Key(key);
  Quoted(value);
}

void JsonLine::Literal(std::string_view key, std::string_view literal) {
  Key(key);
  line_ += literal;
}

void JsonLine::Signed(std::string_view key, int64_t value) {
  Key(key);
  AppendNumber(line_, value);
}

void JsonLine::Unsigned(std::string_view key, uint64_t value) {
  Key(key);
  AppendNumber(line_, value);
}

void JsonLine::OpenList(std::string_view key) {
  Key(key);
  line_ += '[';
}

void JsonLine::ListItem(std::string_view item) {
  // A finished item ends in a quote, so only the first one follows the bracket.
  if (line_.back() != '[') line_ += ',';
  Quoted(item);
}

void JsonLine::CloseList() { line_ += ']'; }

void JsonLine::OpenObject(std::string_view key) {
  Key(key);
  line_ += '{';
}

void JsonLine::CloseObject() { line_ += '}'; }

void JsonLine::Key(std::string_view key) {
  assert(open_);
  // A finished value ends otherwise, so only the first key follows the brace.
  if (line_.back() != '{') line_ += ',';
  Quoted(key);
  line_ += ':';
}

void JsonLine::Quoted(std::string_view text) {
  line_ += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && IsPlain(ByteAt(text, plain))) ++plain;
    line_.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(AppendSpecial(line_, text));
  }
  line_ += '"';
}

}  // namespace pinlatch::telemetry
