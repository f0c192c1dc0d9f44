// Owns the writing of one JSON object (RFC 8259) on one line, for event records. Pure; one thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace pinlatch::telemetry {

// JsonLine builds {"key":value,…} in a string that it keeps, so that no allocation is made once the
// string has grown. Whatever bytes the texts hold, the line is valid JSON in valid UTF-8 and has no
// line feed. Keys are written in the order of the calls; that they differ is the caller's part.
class JsonLine {
 public:
  // Begin starts over.
  void Begin();

  // Text writes a string. Control characters (DEL and C1 too, which terminals obey) are escaped; a
  // byte that is not part of well-formed UTF-8 becomes \ufffd.
  void Text(std::string_view key, std::string_view value);
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
  // TextList writes an array of strings; `list` is a range of what std::string_view can be made of.
  template <typename List>
  void TextList(std::string_view key, const List& list) {
    OpenList(key);
    for (const auto& item : list) ListItem(item);
    CloseList();
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
  void ListItem(std::string_view item);
  void CloseList();
  void Quoted(std::string_view text);

  std::string line_;
  bool open_ = false;
};

}  // namespace pinlatch::telemetry
