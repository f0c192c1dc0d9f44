// Owns the seam of the fuzz targets: what came of one input. libFuzzer (libfuzzer_main.cc) and the
// replay of the corpus (replay_main.cc) call a target by it alone.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace pinlatch::fuzz {

// Require stops the process when a promise of the code under test does not hold.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

// Outcome is what came of an input, as names of seeds begin with it: "accept", "accept-WHAT" where
// a target reads several things, or "refuse-RULE" by the code's own name of the refusal.
class Outcome {
 public:
  static Outcome Accepted() { return Outcome("accept"); }
  static Outcome Accepted(std::string_view what) { return Outcome("accept-" + std::string(what)); }
  static Outcome Refused(std::string_view rule) { return Outcome("refuse-" + std::string(rule)); }
  static Outcome Refused(ErrorCode code) { return Refused(StableCode(code)); }
  // Incomplete is the refusal of an input that ends before its end: no rule was broken yet.
  static Outcome Incomplete() { return Refused("incomplete"); }

  const std::string& name() const { return name_; }

 private:
  explicit Outcome(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

// Run does with an input what the target is for. Every target defines it.
Outcome Run(ByteSpan input);

// MustReach lists outcomes, or beginnings of them, that the target's corpus has to come to: an
// acceptance of each kind at least, since of what is refused early little is checked.
std::vector<std::string_view> MustReach();

}  // namespace pinlatch::fuzz
