// Reads one JSON object a line.
#include "tls/json_line.h"

namespace pinlatch::tls::test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<JsonLine> ReadObject() {
    JsonLine line;
    if (!Take('{')) return std::nullopt;
    if (Take('}')) return line;
    do {
      std::optional<std::string> key = ReadString();
      if (!key || !Take(':')) return std::nullopt;
      std::optional<std::string> value = ReadValue();
      if (!value) return std::nullopt;
      line.emplace(std::move(*key), std::move(*value));
    } while (Take(','));
    if (!Take('}')) return std::nullopt;
    SkipBlanks();
    return text_.empty() ? std::optional(line) : std::nullopt;
  }

 private:
  void SkipBlanks() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\r'))
      text_.remove_prefix(1);
  }

  bool Take(char c) {
    SkipBlanks();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> ReadValue() {
    SkipBlanks();
    if (text_.empty()) return std::nullopt;
    if (text_[0] == '"') return ReadString();
    if (text_[0] == '[') return SkipArray();
    const std::string_view literal = text_.substr(0, text_.find_first_of(",}] \t\r"));
    text_.remove_prefix(literal.size());
    return std::string(literal);
  }

  std::optional<std::string> SkipArray() {
    Take('[');
    if (Take(']')) return std::string();
    do {
      if (!ReadValue()) return std::nullopt;
    } while (Take(','));
    return Take(']') ? std::optional<std::string>("") : std::nullopt;
  }

  std::optional<std::string> ReadString() {
    if (!Take('"')) return std::nullopt;
    std::string value;
    while (!text_.empty()) {
      const char c = text_[0];
      text_.remove_prefix(1);
      if (c == '"') return value;
      if (c != '\\') {
        value += c;
      } else if (!ReadEscape(value)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool ReadEscape(std::string& into) {
    if (text_.empty()) return false;
    const char c = text_[0];
    text_.remove_prefix(1);
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const size_t known = kEscapes.find(c);
    if (known != std::string_view::npos) {
      into += kMeanings[known];
      return true;
    }
    if (c != 'u' || text_.size() < 4) return false;
    into += '?';  // only descriptions have characters beyond ASCII
    text_.remove_prefix(4);
    return true;
  }

  std::string_view text_;
};

}  // namespace

std::optional<JsonLine> ReadJsonLine(std::string_view line) { return Reader(line).ReadObject(); }

}  // namespace pinlatch::tls::test
