// See list_series.h.
#include "revocation/list_series.h"

namespace pinlatch::tls {

bool IsNewer(const ListAge& a, const ListAge& b) {
  if (a.number && b.number && *a.number != *b.number) return *a.number > *b.number;
  return a.this_update > b.this_update;
}

bool ComesFirst(const RevocationList& a, const RevocationList& b) {
  if (a.number() != b.number()) return a.number() > b.number();
  return a.this_update() > b.this_update();
}

bool Supersedes(const RevocationList& a, const RevocationList& b) {
  return IsSameKind(a, b) && IsNewer(a, b) && (!a.is_delta() || *a.base() <= *b.base());
}

bool IsSameKind(const RevocationList& a, const RevocationList& b) {
  return a.issuer() == b.issuer() && a.is_delta() == b.is_delta() && a.scope() == b.scope();
}

}  // namespace pinlatch::tls
