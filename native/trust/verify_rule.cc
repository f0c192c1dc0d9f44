// Turns the rows of verify_rules.def into a table.
#include "trust/verify_rule.h"

namespace pinlatch::tls {
namespace {

constexpr RuleFacts kFacts[] = {
#define PINLATCH_RULE(name, text, code, section, remedy) \
  {text, ErrorCode::k##code, section, remedy},
#include "trust/verify_rules.def"
#undef PINLATCH_RULE
};

}  // namespace

const RuleFacts& FactsOf(Rule rule) { return kFacts[static_cast<size_t>(rule)]; }

bool IsLimit(Rule rule) {
  return rule == Rule::kSignatureLimit || rule == Rule::kSearchLimit || rule == Rule::kNameLimit;
}

}  // namespace pinlatch::tls
