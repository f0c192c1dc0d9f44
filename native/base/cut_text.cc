// See cut_text.h.
#include "base/cut_text.h"

#include <cstdint>

namespace pinlatch {
namespace {

constexpr size_t kLongestSequence = 4;

bool Continues(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

// A text that is no UTF-8 has no sequence to keep whole, and is cut where it is.
size_t BeginOfSequence(std::string_view text, size_t at) {
  for (size_t back = 0; back < kLongestSequence && back <= at; ++back) {
    if (!Continues(text[at - back])) return at - back;
  }
  return at;
}

}  // namespace

std::string CutText(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  std::string cut(text.substr(0, BeginOfSequence(text, most - kCutMark.size())));
  return cut.append(kCutMark);
}

}  // namespace pinlatch
