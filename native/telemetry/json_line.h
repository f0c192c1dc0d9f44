// Owns the writing of one JSON object (RFC 8259) on one line, for event records, and how long it
// may get. Pure; one thread.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace pinlatch::telemetry {

// JsonLine builds {"key":value,…} in a string that it keeps, so that no allocation is made once the
// string has grown. Whatever bytes the texts hold, the line is valid JSON in valid UTF-8 and has no
// line feed. Keys are written in the order of the calls; that they differ is the caller's part.
//
// Lengths are of what is written, escapes included: a control character of a peer's takes six bytes
// of the log. What does not fit ends in "…" (kCutMark), or in "… and 3 more" where it is a list.
class JsonLine {
 public:
  // A short line has of each text as little as tells what it may be.
  enum class Form : uint8_t { kWhole, kShort };

  // kMostText bounds one text of a whole line, kMostList one list. The texts and lists of a line
  // share kRoom: a text takes at most a quarter of what is left, a list half, and each at least
  // kLeastText, so that a long one does not leave the others without words.
  static constexpr size_t kMostText = 1024;
  static constexpr size_t kMostList = 2048;
  static constexpr size_t kRoom = 4096;
  static constexpr size_t kLeastText = 48;

  // Begin starts over.
  void Begin(Form form = Form::kWhole);
  Form form() const { return form_; }

  // Text writes a string that a peer may have chosen. Hidden characters
  // (base/hidden_characters.def) are escaped; a byte that is not part of well-formed UTF-8 becomes
  // \ufffd. `least` bytes of it are written in any case.
  void Text(std::string_view key, std::string_view value, size_t least = kLeastText);
  // Name writes a string of the gateway's own, whole: its words, ids, and names that the
  // configuration gives and bounds.
  void Name(std::string_view key, std::string_view value);
  // Hex writes `prefix` and the bytes in lower-case hexadecimal, whole.
  void Hex(std::string_view key, std::string_view prefix, ByteSpan bytes);
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) void Number(std::string_view key,
                                                                         T value) {
    if constexpr (std::signed_integral<T>) {
      Signed(key, value);
    } else {
      Unsigned(key, value);
    }
  }
  void Bool(std::string_view key, std::same_as<bool> auto value) {
    Literal(key, value ? "true" : "false");
  }
  void Null(std::string_view key) { Literal(key, "null"); }
  // TextList writes an array of strings that a peer may have chosen; `list` is a range of what
  // std::string_view can be made of.
  template <typename List>
  void TextList(std::string_view key, const List& list) {
    OpenList(key);
    size_t left = std::size(list);
    for (const auto& item : list) {
      if (!ListItem(item)) break;
      --left;
    }
    CloseList(left);
  }

  // OpenObject begins an object in this one: what is written up to CloseObject is its.
  void OpenObject(std::string_view key);
  void CloseObject();

  // End returns the finished line, without a line feed; valid until the next Begin.
  std::string_view End();

 private:
  void Key(std::string_view key);
  void Literal(std::string_view key, std::string_view literal);
  void Signed(std::string_view key, int64_t value);
  void Unsigned(std::string_view key, uint64_t value);
  void OpenList(std::string_view key);
  bool ListItem(std::string_view item);
  void CloseList(size_t left);
  size_t RoomFor(size_t parts, size_t least, size_t most) const;
  void Quoted(std::string_view text, size_t most);
  void AppendBounded(std::string_view text, size_t most);

  std::string line_;
  size_t list_end_ = 0;  // where the list that is being written has to end
  Form form_ = Form::kWhole;
  bool open_ = false;
};

}  // namespace pinlatch::telemetry
