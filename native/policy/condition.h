// Owns the question whether a condition holds for a certificate. Pure: the same certificate and
// condition, the same answer, at any time.
#pragma once

#include "policy/facts.h"
#include "snapshot/condition.h"

namespace pinlatch::policy {

// Holds evaluates a condition. Of a field with several values one that matches is enough; a field
// that the certificate lacks matches nothing, so that "not" holds exactly when no value matches.
// The recursion is as deep as the tree, which the decoder bounds.
bool Holds(const snapshot::Condition& condition, const Facts& facts);

}  // namespace pinlatch::policy
