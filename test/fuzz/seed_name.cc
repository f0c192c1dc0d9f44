// See seed_name.h.
#include "seed_name.h"

#include <algorithm>

namespace pinlatch::fuzz {
namespace {

constexpr std::string_view kRefusal = "refuse-";

// kRules are the names that refusals have in the core. What a target names besides is its own.
constexpr std::string_view kRules[] = {
#define PINLATCH_ERROR(name, code, source, status, text) code,
#include "base/error_codes.def"
#undef PINLATCH_ERROR
#define PINLATCH_RULE(name, text, code, section, remedy) text,
#include "trust/verify_rules.def"
#undef PINLATCH_RULE
};

}  // namespace

bool Begins(std::string_view name, std::string_view outcome) {
  return name.starts_with(outcome) &&
         (name.size() == outcome.size() || name[outcome.size()] == '-');
}

bool Foretells(std::string_view name, const Outcome& outcome) {
  if (!Begins(name, outcome.name())) return false;
  if (!name.starts_with(kRefusal)) return true;
  const std::string_view said = name.substr(kRefusal.size());
  const size_t found = outcome.name().size() - kRefusal.size();
  return std::none_of(std::begin(kRules), std::end(kRules), [&](std::string_view rule) {
    return rule.size() > found && Begins(said, rule);
  });
}

}  // namespace pinlatch::fuzz
