// See json_line.h.
#include "telemetry/json_line.h"

#include <cassert>
#include <charconv>
#include <limits>

#include "base/cut_text.h"
#include "base/encoding.h"
#include "base/hidden_characters.h"

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

// The code point of a well-formed sequence of two bytes or more.
uint32_t CodePointOf(std::string_view sequence) {
  uint32_t code = ByteAt(sequence, 0) & (0x7fU >> sequence.size());
  for (size_t i = 1; i < sequence.size(); ++i) code = code << 6 | (ByteAt(sequence, i) & 0x3fU);
  return code;
}

void AppendUnit(std::string& line, uint32_t unit) {
  constexpr char kDigits[] = "0123456789abcdef";
  line += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) line += kDigits[unit >> shift & 0xf];
}

// RFC 8259 section 7: what lies beyond U+FFFF is two units of UTF-16.
void AppendEscape(std::string& line, uint32_t code) {
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
      if (code > 0xffff) AppendUnit(line, 0xd7c0 + (code >> 10));
      AppendUnit(line, code > 0xffff ? 0xdc00 + (code & 0x3ff) : code);
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
  const uint32_t code = CodePointOf(text.substr(0, length));
  if (IsHidden(code)) {
    AppendEscape(line, code);
  } else {
    line.append(text.substr(0, length));
  }
  return length;
}

// The plain characters that the text begins with, at most `most`.
std::string_view PlainRun(std::string_view text, size_t most) {
  const size_t end = std::min(text.size(), most);
  size_t plain = 0;
  while (plain < end && IsPlain(ByteAt(text, plain))) ++plain;
  return text.substr(0, plain);
}

// An item of a list is written where at least this much of it could be read; the words for what was
// left out always fit behind it.
constexpr size_t kLeastItem = 16;
constexpr size_t kRestOfList = 40;  // ,"… and 18446744073709551615 more"

template <typename T>
void AppendNumber(std::string& line, T value) {
  char digits[20];  // "-9223372036854775808" and "18446744073709551615"
  const std::to_chars_result end = std::to_chars(digits, digits + sizeof digits, value);
  line.append(digits, end.ptr);
}

}  // namespace

void JsonLine::Begin(Form form) {
  line_.assign(1, '{');
  form_ = form;
  open_ = true;
}

std::string_view JsonLine::End() {
  assert(open_);
  open_ = false;
  line_ += '}';
  return line_;
}

void JsonLine::Text(std::string_view key, std::string_view value, size_t least) {
  Key(key);
  Quoted(value, RoomFor(4, least, kMostText));
}

void JsonLine::Name(std::string_view key, std::string_view value) {
  Key(key);
  Quoted(value, std::numeric_limits<size_t>::max() / 2);
}

void JsonLine::Hex(std::string_view key, std::string_view prefix, ByteSpan bytes) {
  Key(key);
  line_ += '"';
  line_ += prefix;
  AppendHex(line_, bytes);
  line_ += '"';
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
  list_end_ = line_.size() + RoomFor(2, kLeastText, kMostList);
  line_ += '[';
}

// An item takes at most half of what is left of the list: a long one does not hide the others.
bool JsonLine::ListItem(std::string_view item) {
  constexpr size_t kAround = 4;  // the comma, the quotes, the bracket
  const size_t used = line_.size() + kAround + kRestOfList;
  if (used + kLeastItem > list_end_) return false;
  const size_t left = list_end_ - used;
  // A finished item ends in a quote, so only the first one follows the bracket.
  if (line_.back() != '[') line_ += ',';
  Quoted(item, std::min(kMostText, std::max(left / 2, std::min(left, kLeastText))));
  return true;
}

void JsonLine::CloseList(size_t left) {
  if (left > 0) {
    line_ += line_.back() == '[' ? "\"" : ",\"";
    line_.append(kCutMark).append(" and ");
    AppendNumber(line_, left);
    line_ += " more\"";
  }
  line_ += ']';
}

void JsonLine::OpenObject(std::string_view key) {
  Key(key);
  line_ += '{';
}

void JsonLine::CloseObject() { line_ += '}'; }

void JsonLine::Key(std::string_view key) {
  assert(open_);
  // A finished value ends otherwise, so only the first key follows the brace.
  if (line_.back() != '{') line_ += ',';
  Quoted(key, std::numeric_limits<size_t>::max() / 2);
  line_ += ':';
}

// RoomFor is one of so many parts of what is left.
size_t JsonLine::RoomFor(size_t parts, size_t least, size_t most) const {
  if (form_ == Form::kShort) return least;
  const size_t left = kRoom - std::min(kRoom, line_.size());
  return std::clamp(left / parts, least, most);
}

void JsonLine::Quoted(std::string_view text, size_t most) {
  line_ += '"';
  AppendBounded(text, most);
  line_ += '"';
}

// An escape or a sequence is written whole or not at all.
void JsonLine::AppendBounded(std::string_view text, size_t most) {
  const size_t end = line_.size() + most;
  const size_t keep = end - kCutMark.size();  // what is written up to here stays, when all is not
  size_t safe = line_.size();
  while (!text.empty() && line_.size() <= end) {
    const std::string_view plain = PlainRun(text, end - line_.size() + 1);
    if (!plain.empty() && line_.size() <= keep) safe = std::min(line_.size() + plain.size(), keep);
    line_.append(plain);
    text.remove_prefix(plain.size());
    if (text.empty() || line_.size() > end) break;
    text.remove_prefix(AppendSpecial(line_, text));
    if (line_.size() <= keep) safe = line_.size();
  }
  if (line_.size() <= end && text.empty()) return;
  line_.resize(safe);
  line_ += kCutMark;
}

}  // namespace pinlatch::telemetry
