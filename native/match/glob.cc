// See glob.h.
#include "match/glob.h"

#include <cstdint>
#include <vector>

namespace pinlatch::policy {
namespace {

// Reach holds, for every length, whether so much of the text fits the part of the pattern that was
// taken so far. Nothing is tried twice, whatever the pattern.
class Reach {
 public:
  Reach(std::string_view text, std::optional<char> separator)
      : text_(text), separator_(separator), fits_(text.size() + 1) {
    fits_[0] = 1;
  }

  bool all() const { return fits_.back() != 0; }

  void TakeLiteral(char literal) {
    Shift([&](char c) { return c == literal; });
  }
  void TakeAnyOne() {
    Shift([&](char c) { return c != separator_; });
  }
  void TakeRun(bool across) {
    for (size_t i = 1; i < fits_.size(); ++i) {
      if (fits_[i - 1] != 0 && (across || text_[i - 1] != separator_)) fits_[i] = 1;
    }
  }

 private:
  template <typename Predicate>
  void Shift(Predicate takes) {
    for (size_t i = fits_.size() - 1; i > 0; --i) {
      fits_[i] = fits_[i - 1] != 0 && takes(text_[i - 1]) ? 1 : 0;
    }
    fits_[0] = 0;
  }

  std::string_view text_;
  std::optional<char> separator_;
  std::vector<uint8_t> fits_;
};

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view text, std::optional<char> separator) {
  Reach reach(text, separator);
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '?') {
      reach.TakeAnyOne();
    } else if (pattern[i] != '*') {
      reach.TakeLiteral(pattern[i]);
    } else {
      const bool across = i + 1 < pattern.size() && pattern[i + 1] == '*';
      reach.TakeRun(across);
      if (across) ++i;
    }
  }
  return reach.all();
}

}  // namespace pinlatch::policy
