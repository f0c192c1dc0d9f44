// Follows RFC 3279 section 2.3, RFC 4055 section 3, RFC 5480 section 2.1.1 and RFC 8410 section 4.
#include "x509/key_info.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/ed25519.h"
#include "der/der_reader.h"
#include "der/der_writer.h"
#include "x509/key_kind.h"

namespace pinlatch::tls {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
constexpr std::string_view kEllipticCurve = "\x2a\x86\x48\xce\x3d\x02\x01"sv;
constexpr std::string_view kPss = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv;
constexpr std::string_view kEd25519 = "\x2b\x65\x70"sv;
std::string Unsupported(ByteSpan algorithm) {
  return "it has " + KeyKindText(algorithm) + ", which is not supported: RSA, RSASSA-PSS, P-256, " +
         "P-384, P-521 and Ed25519 are";
}

// The y-coordinates of the points of the curve edwards25519 whose order divides 8, in the encoding
// of RFC 8032 section 5.1.2: 1, -1, 0, and two that solve d * y^4 + 2 * y^2 = 1.
using Coordinate = std::array<uint8_t, crypto::kEd25519KeySize>;

consteval Coordinate FromHex(std::string_view digits) {
  constexpr auto kDigit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Coordinate bytes{};
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(kDigit(digits[2 * i]) << 4 | kDigit(digits[2 * i + 1]));
  }
  return bytes;
}

constexpr Coordinate kSmallOrders[] = {
    FromHex("0100000000000000000000000000000000000000000000000000000000000000"),
    FromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    FromHex("0000000000000000000000000000000000000000000000000000000000000000"),
    FromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    FromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
};
constexpr Coordinate kPrime =
    FromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

// Whether a key is a point of the curve libcrypto finds out; one that is none verifies nothing.
std::string EdwardsFault(const DerReader& algorithm, ByteSpan key) {
  if (!algorithm.AtEnd()) return "its Ed25519 key has parameters (RFC 8410 section 3)";
  Coordinate y{};
  if (key.size() != y.size())
    return "its Ed25519 key is not 32 bytes long (RFC 8032 section 5.1.5)";
  std::copy(key.begin(), key.end(), y.begin());
  y.back() &= 0x7f;  // without the sign of x
  if (!std::lexicographical_compare(y.rbegin(), y.rend(), kPrime.rbegin(), kPrime.rend())) {
    return "the coordinate of its Ed25519 key is not below the prime (RFC 8032 section 5.1.3)";
  }
  if (std::find(std::begin(kSmallOrders), std::end(kSmallOrders), y) != std::end(kSmallOrders)) {
    return "its Ed25519 key is a point of small order, for which anybody can sign";
  }
  return "";
}

std::string NumbersFault(ByteSpan key) {
  DerReader outer(key);
  DerReader numbers = outer.Enter(der::kSequence);
  const ByteSpan modulus = numbers.TakeInteger();
  const ByteSpan exponent = numbers.TakeInteger();
  if (!numbers.AtEnd() || !outer.AtEnd()) {
    return "its RSA key is not two DER integers (RFC 8017 appendix A.1.1, X.690 section 8.3)";
  }
  if (!IsPositive(modulus) || !IsPositive(exponent)) {
    return "the modulus or exponent of its RSA key is not positive (RFC 8017 appendix A.1.1)";
  }
  return "";
}

std::string RsaFault(DerReader algorithm, ByteSpan key) {
  const std::optional<ByteSpan> null = algorithm.TakeOptional(der::kNull);
  if (!algorithm.AtEnd() || !null || !null->empty()) {
    return "the parameters of its RSA key are not NULL (RFC 3279 section 2.3.1)";
  }
  return NumbersFault(key);
}

// What the parameters say is UnsupportedPss's to judge.
std::string PssFault(DerReader algorithm, ByteSpan key) {
  algorithm.TakeOptional(der::kSequence);
  if (!algorithm.AtEnd()) {
    return "the parameters of its RSASSA-PSS key are no RSASSA-PSS-params (RFC 4055 section 3.1)";
  }
  return NumbersFault(key);
}

bool IsUsableHash(Hash hash) {
  return hash == Hash::kSha256 || hash == Hash::kSha384 || hash == Hash::kSha512;
}

// Without parameters it may sign with any (RFC 4055 section 1.2). The salt that they name is the
// least that its signatures may have.
std::string UnsupportedPss(DerReader algorithm) {
  if (algorithm.AtEnd()) return "";
  const auto only = ReadPssParameters(algorithm.Expect(der::kSequence).whole);
  if (only && IsUsableHash(only->hash) && only->mask_hash == only->hash) return "";
  return "it has an RSASSA-PSS key with parameters that are not supported: SHA-256, SHA-384 or "
         "SHA-512, the same for MGF1, and the trailer 1 are (RFC 4055 section 3.1)";
}

std::string CurveFault(DerReader algorithm) {
  if (!algorithm.NextIs(der::kOid)) {
    return "the curve of its key is not named (RFC 5480 section 2.1.1)";
  }
  algorithm.TakeOid();
  return algorithm.AtEnd() ? "" : "its public key is malformed (RFC 5280 section 4.1.2.7)";
}

}  // namespace

std::string KeyInfoFault(ByteSpan der) {
  DerReader outer(der);
  DerReader info = outer.Enter(der::kSequence);
  DerReader algorithm = info.Enter(der::kSequence);
  const ByteSpan kind = algorithm.TakeOid();
  const ByteSpan key = info.TakeOctetBits();
  if (!algorithm.ok() || !info.AtEnd() || !outer.AtEnd()) {
    return "its public key is malformed (RFC 5280 section 4.1.2.7)";
  }
  if (AsText(kind) == kRsa) return RsaFault(algorithm, key);
  if (AsText(kind) == kPss) return PssFault(algorithm, key);
  if (AsText(kind) == kEd25519) return EdwardsFault(algorithm, key);
  return AsText(kind) == kEllipticCurve ? CurveFault(algorithm) : "";
}

std::string UnsupportedKey(ByteSpan der) {
  const ByteSpan whole = DerReader(der).Enter(der::kSequence).Take(der::kSequence);
  if (IsKindOfMbedtls(whole)) return "";
  DerReader algorithm(whole);
  const ByteSpan kind = algorithm.TakeOid();
  if (AsText(kind) == kPss) return UnsupportedPss(algorithm);
  if (AsText(kind) != kEd25519) return Unsupported(whole);
  if (crypto::ChecksEd25519()) return "";
  return "it has an Ed25519 key, which is not supported by the crypto provider \"portable\": "
         "\"host\" supports it";
}

ByteSpan EdwardsKeyOf(ByteSpan der) {
  DerReader info = DerReader(der).Enter(der::kSequence);
  if (AsText(info.Enter(der::kSequence).TakeOid()) != kEd25519) return {};
  return info.TakeOctetBits();
}

std::optional<PssKey> PssKeyOf(ByteSpan der) {
  DerReader info = DerReader(der).Enter(der::kSequence);
  DerReader algorithm = info.Enter(der::kSequence);
  if (AsText(algorithm.TakeOid()) != kPss) return std::nullopt;
  PssKey key;
  if (algorithm.HasMore()) key.only = ReadPssParameters(algorithm.Expect(der::kSequence).whole);
  return key;
}

std::vector<uint8_t> OtherRsaForm(ByteSpan der) {
  DerReader info = DerReader(der).Enter(der::kSequence);
  const std::string_view kind = AsText(info.Enter(der::kSequence).TakeOid());
  const ByteSpan numbers = info.TakeOctetBits();
  if (!info.AtEnd() || (kind != kRsa && kind != kPss)) return {};
  constexpr uint8_t kNoUnusedBits[] = {0};
  const auto oid = Element(der::kOid, {AsBytes(kind == kRsa ? kPss : kRsa)});
  const auto null = Element(der::kNull, {});
  const auto algorithm =
      kind == kRsa ? Element(der::kSequence, {oid}) : Element(der::kSequence, {oid, null});
  const auto bits = Element(der::kBitString, {kNoUnusedBits, numbers});
  return Element(der::kSequence, {algorithm, bits});
}

}  // namespace pinlatch::tls
