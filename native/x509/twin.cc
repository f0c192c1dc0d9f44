// Turns s into n - s. The curve is that of the issuer's key, which is not here: it is the smallest
// whose order n is above r and s, because both are spread over all of their range.
#include "x509/twin.h"

#include <algorithm>
#include <array>

#include "der/der_reader.h"
#include "der/der_writer.h"
#include "der/ecdsa_signature.h"
#include "identity/describe.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {
namespace {

constexpr uint8_t Digit(char c) { return static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

template <size_t kSize>
consteval auto FromHex(const char (&digits)[kSize]) {
  std::array<uint8_t, kSize / 2> bytes{};
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(Digit(digits[2 * i]) << 4 | Digit(digits[2 * i + 1]));
  }
  return bytes;
}

// n of P-256, P-384 and P-521 (SP 800-186 section 3.2.1), big-endian.
constexpr auto kP256 = FromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
constexpr auto kP384 = FromHex(
    "ffffffffffffffffffffffffffffffffffffffffffffffff"
    "c7634d81f4372ddf581a0db248b0a77aecec196accc52973");
constexpr auto kP521 = FromHex(
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");
static_assert(kP256.size() == 32 && kP384.size() == 48 && kP521.size() == 66);
constexpr ByteSpan kOrders[] = {kP256, kP384, kP521};

bool IsBelow(ByteSpan number, ByteSpan order) {
  if (number.size() != order.size()) return number.size() < order.size();
  return std::lexicographical_compare(number.begin(), number.end(), order.begin(), order.end());
}

// Empty where r or s is too large for any.
ByteSpan OrderFor(const EcdsaSignature& signature) {
  for (const ByteSpan order : kOrders) {
    if (IsBelow(signature.r, order) && IsBelow(signature.s, order)) return order;
  }
  return {};
}

// `number` is below `from`.
std::vector<uint8_t> Difference(ByteSpan from, ByteSpan number) {
  std::vector<uint8_t> left(from.begin(), from.end());
  int borrow = 0;
  for (size_t i = 0; i < left.size(); ++i) {
    uint8_t& digit = left[left.size() - 1 - i];
    const int less = (i < number.size() ? number[number.size() - 1 - i] : 0) + borrow;
    borrow = digit < less ? 1 : 0;
    digit = static_cast<uint8_t>(digit - less);
  }
  return left;
}

}  // namespace

std::optional<std::vector<uint8_t>> TwinOf(ByteSpan der) {
  DerReader outer(der);
  DerReader reader = outer.Enter(der::kSequence);
  const ByteSpan tbs = reader.Expect(der::kSequence).whole;
  const ByteSpan algorithm = reader.Expect(der::kSequence).whole;
  const std::optional<EcdsaSignature> signature = ReadEcdsaSignature(reader.TakeOctetBits());
  if (!reader.AtEnd() || !outer.AtEnd() || !signature) return std::nullopt;
  const std::optional<SignatureAlgorithm> known = ReadSignatureAlgorithm(algorithm);
  const ByteSpan order = OrderFor(*signature);
  if (!known || known->scheme != SignatureScheme::kEcdsa || order.empty()) return std::nullopt;

  constexpr uint8_t kNoUnusedBits[] = {0};
  const auto r = UnsignedInteger(signature->r);
  const auto s = UnsignedInteger(Difference(order, signature->s));
  const auto pair = Element(der::kSequence, {r, s});
  const auto bits = Element(der::kBitString, {kNoUnusedBits, pair});
  return Element(der::kSequence, {tbs, algorithm, bits});
}

std::optional<TwinPrints> TwinPrintsOf(ByteSpan der) {
  const std::optional<std::vector<uint8_t>> twin = TwinOf(der);
  if (!twin) return std::nullopt;
  return TwinPrints{identity::Sha256Of(*twin), identity::Sha1Of(*twin)};
}

}  // namespace pinlatch::tls
