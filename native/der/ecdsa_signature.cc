// See ecdsa_signature.h.
#include "der/ecdsa_signature.h"

#include "der/der_reader.h"

namespace pinlatch::tls {
namespace {

ByteSpan Magnitude(ByteSpan integer) { return integer[0] == 0 ? integer.subspan(1) : integer; }

}  // namespace

std::optional<EcdsaSignature> ReadEcdsaSignature(ByteSpan der) {
  DerReader outer(der);
  DerReader pair = outer.Enter(der::kSequence);
  const ByteSpan r = pair.TakeInteger();
  const ByteSpan s = pair.TakeInteger();
  if (!pair.AtEnd() || !outer.AtEnd() || !IsPositive(r) || !IsPositive(s)) return std::nullopt;
  return EcdsaSignature{Magnitude(r), Magnitude(s)};
}

}  // namespace pinlatch::tls
