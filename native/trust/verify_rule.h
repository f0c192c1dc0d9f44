// Owns the list of rules that verification can refuse by, and Failure: a rule that does not hold
// for a certificate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace pinlatch::tls {

class Certificate;

enum class Rule : uint8_t {
#define PINLATCH_RULE(name, text, code, section, remedy) k##name,
#include "trust/verify_rules.def"
#undef PINLATCH_RULE
};

// RuleFacts is one row of verify_rules.def.
struct RuleFacts {
  std::string_view name;
  ErrorCode code;
  std::string_view section;
  std::string_view remedy;
};
const RuleFacts& FactsOf(Rule rule);
// IsLimit says whether a rule bounds the work: what was refused by it was not tried to the end.
bool IsLimit(Rule rule);

// Failure is a rule that does not hold. `certificate` is borrowed from the verification and may be
// nullptr when none could be read. `detail` says what was found; it is for the operator.
struct Failure {
  Rule rule;
  const Certificate* certificate = nullptr;
  std::string detail;
};

// Check is the outcome of testing rules: nothing when they all hold.
using Check = std::optional<Failure>;

// PINLATCH_HOLD evaluates a Check and returns its failure from the enclosing function, which
// returns a Check as well.
#define PINLATCH_HOLD(expression)                                                    \
  do {                                                                               \
    if (::pinlatch::tls::Check pinlatch_check = (expression)) return pinlatch_check; \
  } while (false)

}  // namespace pinlatch::tls
