// Owns Condition: what a client's `when` asks of a certificate, compiled, as plain data. Evaluated
// by match/condition.h; how deep and how large it may be is the decoder's to bound.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "snapshot/identity_field.h"
#include "snapshot/period.h"

namespace pinlatch::snapshot {

// Match is one thing that a value may be.
struct Match {
  enum class Kind : uint8_t {
    kExact,    // `text`, or for a fingerprint the first `size` of `bytes`
    kGlob,     // the pattern `text`
    kNetwork,  // an address of `size` bytes whose first `bits` bits are those of `bytes`
    kTime,     // a moment within `period`
  };
  // Of several values of an attribute, in the order of the certificate: any of them, the first, or
  // one that has no other beside it.
  enum class Which : uint8_t { kAny, kFirst, kOnly };
  Kind kind = Kind::kExact;
  Which which = Which::kAny;
  uint8_t size = 0;
  uint8_t bits = 0;
  std::array<uint8_t, 32> bytes{};
  std::string text;
  Period period;
};

// Condition is a tree. A field's value must equal one of `one_of`; of several values (two OUs), one
// is enough. A field that the certificate lacks matches nothing.
struct Condition {
  enum class Kind : uint8_t { kAll, kAny, kNot, kField };
  Kind kind = Kind::kAny;        // and none of no parts: holds for nobody
  std::vector<Condition> parts;  // of kAll and kAny at least one, of kNot exactly one
  std::string at;                // of kField: the configuration's JSON pointer
  IdentityField field = IdentityField::kSubject;
  std::string attribute;      // of the field, as in NamedField
  std::vector<Match> one_of;  // of kField, never empty
};

}  // namespace pinlatch::snapshot
