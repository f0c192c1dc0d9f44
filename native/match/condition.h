// Owns the question whether a condition holds for a certificate. Pure: the same certificate and
// condition, the same answer, at any time.
#pragma once

#include "match/facts.h"
#include "snapshot/condition.h"

namespace pinlatch::policy {

// Holds evaluates a condition. Of a field with several values one that matches is enough; a field
// that the certificate lacks matches nothing, so that "not" holds exactly when no value matches.
// The recursion is as deep as the tree, which the decoder bounds.
//
// What stands in a "not" (kDenies) takes a certificate for the same whichever of its signatures it
// carries: its fingerprint and that of its twin both match. And it counts against the client what
// is malformed, equal in another spelling, or only claimed (denied_value.h, Facts::Claims). What
// stands in none, or in a "not" of a "not", takes the very fingerprint and the well-formed value
// alone.
enum class Sense : uint8_t { kAdmits, kDenies };
bool Holds(const snapshot::Condition& condition, const Facts& facts, Sense sense = Sense::kAdmits);

// Opposite is the sense of what stands in a "not".
inline Sense Opposite(Sense sense) {
  return sense == Sense::kAdmits ? Sense::kDenies : Sense::kAdmits;
}

}  // namespace pinlatch::policy
