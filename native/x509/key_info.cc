// Follows RFC 3279 section 2.3 and RFC 5480 section 2.1.1.
#include "x509/key_info.h"

#include <algorithm>
#include <string_view>

#include "der/der_reader.h"
#include "x509/certificate_extensions.h"

namespace pinlatch::tls {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
constexpr std::string_view kEllipticCurve = "\x2a\x86\x48\xce\x3d\x02\x01"sv;
constexpr std::string_view kCurves[] = {"\x2a\x86\x48\xce\x3d\x03\x01\x07"sv,
                                        "\x2b\x81\x04\x00\x22"sv, "\x2b\x81\x04\x00\x23"sv};

struct KindName {
  std::string_view oid;
  std::string_view name;
};

// What people have in their bundles.
constexpr KindName kUnsupported[] = {
    {"\x2b\x65\x70"sv, "an Ed25519 key"},
    {"\x2b\x65\x71"sv, "an Ed448 key"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv, "an RSASSA-PSS key"},
    {"\x2a\x86\x48\xce\x38\x04\x01"sv, "a DSA key"},
    {"\x2b\x81\x04\x00\x0a"sv, "a key on the curve secp256k1"},
    {"\x2b\x24\x03\x03\x02\x08\x01\x01\x07"sv, "a key on the curve brainpoolP256r1"},
};

std::string Unsupported(ByteSpan oid, std::string_view what) {
  const auto known = std::find_if(std::begin(kUnsupported), std::end(kUnsupported),
                                  [&](const KindName& kind) { return kind.oid == AsText(oid); });
  const std::string name = known == std::end(kUnsupported)
                               ? "a key " + std::string(what) + " " + OidText(oid)
                               : std::string(known->name);
  return "it has " + name + ", which is not supported: RSA, P-256, P-384 and P-521 are";
}

std::string RsaFault(DerReader algorithm, ByteSpan key) {
  const std::optional<ByteSpan> null = algorithm.TakeOptional(der::kNull);
  if (!algorithm.AtEnd() || !null || !null->empty()) {
    return "the parameters of its RSA key are not NULL (RFC 3279 section 2.3.1)";
  }
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

std::string CurveFault(DerReader algorithm) {
  if (!algorithm.NextIs(der::kOid)) {
    return "the curve of its key is not named (RFC 5480 section 2.1.1)";
  }
  algorithm.TakeOid();
  return algorithm.AtEnd() ? "" : "its public key is malformed (RFC 5280 section 4.1.2.7)";
}

bool IsSupportedCurve(ByteSpan curve) {
  return std::find(std::begin(kCurves), std::end(kCurves), AsText(curve)) != std::end(kCurves);
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
  return AsText(kind) == kEllipticCurve ? CurveFault(algorithm) : "";
}

std::string UnsupportedKey(ByteSpan der) {
  DerReader algorithm = DerReader(der).Enter(der::kSequence).Enter(der::kSequence);
  const ByteSpan kind = algorithm.TakeOid();
  if (AsText(kind) == kRsa) return "";
  if (AsText(kind) != kEllipticCurve) return Unsupported(kind, "of the kind");
  const ByteSpan curve = algorithm.TakeOid();
  return IsSupportedCurve(curve) ? "" : Unsupported(curve, "on the curve");
}

}  // namespace pinlatch::tls
