// Owns the limits and timeouts of a listener as every document of the native tests has them. They
// are made from the schema: a key that it gains is in all of these documents by itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "snapshot/ranges.h"

namespace pinlatch::snapshot {

// Numbers are the members of an object of the document, each a whole number.
class Numbers {
 public:
  explicit Numbers(std::vector<std::pair<std::string, uint64_t>> members)
      : members_(std::move(members)) {}

  // Set replaces one of them.
  Numbers& Set(std::string_view key, uint64_t value) {
    const auto member = std::find_if(members_.begin(), members_.end(),
                                     [key](const auto& one) { return one.first == key; });
    if (member == members_.end()) std::abort();  // a mistake in the test itself
    member->second = value;
    return *this;
  }

  // Text is the object.
  std::string Text() const {
    std::string text;
    for (const auto& [key, value] : members_) {
      text.append(text.empty() ? "{" : ",").append("\"").append(key).append("\":");
      text += std::to_string(value);
    }
    return text + "}";
  }

 private:
  std::vector<std::pair<std::string, uint64_t>> members_;
};

#define PINLATCH_USUAL(key, member, range) {key, (range).usual},

// UsualLimits are the defaults; no address is bounded.
inline Numbers UsualLimits() {
  return Numbers({PINLATCH_LISTENER_LIMITS(PINLATCH_USUAL){"handshakesPerAddress", 0},
                  {"handshakePeriodMs", 1000}});
}

// UsualTimeouts are the defaults.
inline Numbers UsualTimeouts() { return Numbers({PINLATCH_LISTENER_TIMEOUTS(PINLATCH_USUAL)}); }

#undef PINLATCH_USUAL

}  // namespace pinlatch::snapshot
