// See key_kind.h.
#include "x509/key_kind.h"

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

// What people have in their bundles and on their disks.
constexpr KindName kNames[] = {
    {"\x2b\x65\x70"sv, "an Ed25519 key"},
    {"\x2b\x65\x71"sv, "an Ed448 key"},
    {"\x2b\x65\x6e"sv, "an X25519 key, which cannot sign"},
    {"\x2b\x65\x6f"sv, "an X448 key, which cannot sign"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv, "an RSASSA-PSS key"},
    {"\x2a\x86\x48\xce\x38\x04\x01"sv, "a DSA key"},
    {"\x2b\x81\x04\x00\x0a"sv, "a key on the curve secp256k1"},
    {"\x2b\x24\x03\x03\x02\x08\x01\x01\x07"sv, "a key on the curve brainpoolP256r1"},
};

std::string NameOf(ByteSpan oid, std::string_view what) {
  const auto known = std::find_if(std::begin(kNames), std::end(kNames),
                                  [&](const KindName& kind) { return kind.oid == AsText(oid); });
  if (known != std::end(kNames)) return std::string(known->name);
  return "a key " + std::string(what) + " " + OidText(oid);
}

}  // namespace

bool IsKindOfMbedtls(ByteSpan algorithm) {
  DerReader reader(algorithm);
  const std::string_view kind = AsText(reader.TakeOid());
  if (kind != kEllipticCurve) return kind == kRsa;
  return std::find(std::begin(kCurves), std::end(kCurves), AsText(reader.TakeOid())) !=
         std::end(kCurves);
}

std::string KeyKindText(ByteSpan algorithm) {
  DerReader reader(algorithm);
  const ByteSpan kind = reader.TakeOid();
  if (AsText(kind) != kEllipticCurve) return NameOf(kind, "of the kind");
  return NameOf(reader.TakeOid(), "on the curve");
}

std::string KeyInfoKindText(ByteSpan key_info) {
  return KeyKindText(DerReader(key_info).Enter(der::kSequence).Take(der::kSequence));
}

std::string OtherPrivateKeyText(ByteSpan key) {
  DerReader info = DerReader(key).Enter(der::kSequence);
  info.TakeInteger();
  const ByteSpan algorithm = info.Take(der::kSequence);
  info.Take(der::kOctetString);
  return info.ok() && !IsKindOfMbedtls(algorithm) ? KeyKindText(algorithm) : "";
}

bool HasExplicitCurve(ByteSpan key) {
  DerReader info = DerReader(key).Enter(der::kSequence);
  info.TakeInteger();
  if (info.NextIs(der::kOctetString)) {  // SEC 1
    info.Take(der::kOctetString);
    return info.Enter(der::Constructed(0)).NextIs(der::kSequence);
  }
  DerReader algorithm = info.Enter(der::kSequence);
  return AsText(algorithm.TakeOid()) == kEllipticCurve && algorithm.NextIs(der::kSequence);
}

}  // namespace pinlatch::tls
