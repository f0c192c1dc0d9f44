// Owns what makes lists of one series, in which only the newest counts, and which of two is newer.
// Pure.
#pragma once

#include <optional>

#include "revocation/revocation_list.h"

namespace pinlatch::tls {

// ListAge is what tells lists of one series apart: the number, where the list has one, and the
// moment that it was issued.
struct ListAge {
  std::optional<ListNumber> number;
  UnixSeconds this_update = 0;

  bool operator==(const ListAge&) const = default;
};
inline ListAge AgeOf(const RevocationList& list) { return {list.number(), list.this_update()}; }

// IsNewer compares numbers where both have one (RFC 5280 section 5.2.3), else, and at equal
// numbers, the moments of issue.
bool IsNewer(const ListAge& a, const ListAge& b);
inline bool IsNewer(const RevocationList& a, const RevocationList& b) {
  return IsNewer(AgeOf(a), AgeOf(b));
}

// ComesFirst is an order to look at lists in: numbered ones first, newer ones first among those
// with a number and among those without.
bool ComesFirst(const RevocationList& a, const RevocationList& b);

// Supersedes says that `a` is newer than `b`, of the same kind and, of delta lists, reaches as far
// back: signed with one key, `b` has nothing to say any more.
bool Supersedes(const RevocationList& a, const RevocationList& b);

// IsSameKind says whether lists are of one issuer, with one scope, both complete or both deltas:
// signed with one key, they are of one series.
bool IsSameKind(const RevocationList& a, const RevocationList& b);

}  // namespace pinlatch::tls
