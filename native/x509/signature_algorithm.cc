// Knows RSA PKCS#1 v1.5, RSASSA-PSS and ECDSA with the SHA family, and Ed25519; nothing else
// verifies here anyway.
#include "x509/signature_algorithm.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/ed25519.h"
#include "der/der_reader.h"
#include "x509/certificate_extensions.h"

namespace pinlatch::tls {
namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view oid;
  SignatureAlgorithm algorithm;
};

constexpr std::string_view kPss = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv;
constexpr std::string_view kMgf1 = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"sv;

constexpr SignatureAlgorithm Rsa(Hash hash) { return {SignatureScheme::kRsaPkcs1, hash}; }
constexpr SignatureAlgorithm Ecdsa(Hash hash) { return {SignatureScheme::kEcdsa, hash}; }

constexpr Row kRows[] = {
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"sv, Rsa(Hash::kSha1)},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"sv, Rsa(Hash::kSha224)},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"sv, Rsa(Hash::kSha256)},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"sv, Rsa(Hash::kSha384)},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"sv, Rsa(Hash::kSha512)},
    {"\x2a\x86\x48\xce\x3d\x04\x01"sv, Ecdsa(Hash::kSha1)},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x01"sv, Ecdsa(Hash::kSha224)},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x02"sv, Ecdsa(Hash::kSha256)},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x03"sv, Ecdsa(Hash::kSha384)},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x04"sv, Ecdsa(Hash::kSha512)},
    {"\x2b\x65\x70"sv, {SignatureScheme::kEd25519, Hash::kSha512}},
};

// What people have in their chains, and MD5, which nobody should.
constexpr std::pair<std::string_view, std::string_view> kUnsupported[] = {
    {"\x2b\x65\x71"sv, "Ed448"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04"sv, "md5WithRSA"},
    {kPss, "RSA-PSS with unsupported parameters"},
};

struct HashRow {
  std::string_view oid;
  Hash hash;
};

constexpr HashRow kHashes[] = {
    {"\x2b\x0e\x03\x02\x1a"sv, Hash::kSha1},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x04"sv, Hash::kSha224},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, Hash::kSha256},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, Hash::kSha384},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, Hash::kSha512},
};

// Parameters that must be NULL or absent.
bool TakeNoParameters(DerReader& reader) {
  const std::optional<ByteSpan> null = reader.TakeOptional(der::kNull);
  return reader.AtEnd() && (!null || null->empty());
}

std::optional<Hash> ReadHash(DerReader reader) {
  const std::string_view oid = AsText(reader.Take(der::kOid));
  if (!TakeNoParameters(reader)) return std::nullopt;
  for (const HashRow& row : kHashes) {
    if (row.oid == oid) return row.hash;
  }
  return std::nullopt;
}

std::optional<Hash> ReadMaskHash(DerReader reader) {
  if (AsText(reader.Take(der::kOid)) != kMgf1) return std::nullopt;
  const std::optional<Hash> hash = ReadHash(reader.Enter(der::kSequence));
  return reader.AtEnd() ? hash : std::nullopt;
}

// What is tagged is read to its end.
template <typename Value>
bool ReadTagged(DerReader& reader, uint8_t number, Value&& read) {
  if (!reader.NextIs(der::Constructed(number))) return true;
  DerReader tagged = reader.Enter(der::Constructed(number));
  return read(tagged) && tagged.AtEnd();
}

bool Take(std::optional<Hash> hash, Hash& into) {
  into = hash.value_or(into);
  return hash.has_value();
}

std::optional<SignatureAlgorithm> ReadPss(DerReader& reader) {
  const auto parameters = ReadPssParameters(reader.Expect(der::kSequence).whole);
  if (!reader.AtEnd() || !parameters || parameters->mask_hash != parameters->hash) {
    return std::nullopt;
  }
  return SignatureAlgorithm{SignatureScheme::kRsaPss, parameters->hash, parameters->salt_size};
}

bool IsChecked(SignatureScheme scheme) {
  return scheme != SignatureScheme::kEd25519 || crypto::ChecksEd25519();
}

}  // namespace

std::string_view SignatureAlgorithm::Name() const {
  constexpr std::array<std::string_view, 5> kRsa = {"sha1WithRSA", "sha224WithRSA", "sha256WithRSA",
                                                    "sha384WithRSA", "sha512WithRSA"};
  constexpr std::array<std::string_view, 5> kRsaPss = {
      "RSA-PSS with SHA-1", "RSA-PSS with SHA-224", "RSA-PSS with SHA-256", "RSA-PSS with SHA-384",
      "RSA-PSS with SHA-512"};
  constexpr std::array<std::string_view, 5> kEcdsa = {"ecdsa-with-SHA1", "ecdsa-with-SHA224",
                                                      "ecdsa-with-SHA256", "ecdsa-with-SHA384",
                                                      "ecdsa-with-SHA512"};
  if (scheme == SignatureScheme::kEd25519) return "Ed25519";
  const auto index = static_cast<size_t>(hash);
  if (scheme == SignatureScheme::kRsaPkcs1) return kRsa[index];
  return scheme == SignatureScheme::kRsaPss ? kRsaPss[index] : kEcdsa[index];
}

// Every part has a default, all explicitly tagged.
std::optional<PssParameters> ReadPssParameters(ByteSpan der) {
  DerReader outer(der);
  DerReader reader = outer.Enter(der::kSequence);
  PssParameters pss;
  const bool is_known =
      ReadTagged(
          reader, 0,
          [&](DerReader& in) { return Take(ReadHash(in.Enter(der::kSequence)), pss.hash); }) &&
      ReadTagged(reader, 1,
                 [&](DerReader& in) {
                   return Take(ReadMaskHash(in.Enter(der::kSequence)), pss.mask_hash);
                 }) &&
      ReadTagged(reader, 2,
                 [&](DerReader& in) {
                   pss.salt_size = static_cast<int>(in.TakeSmall(1024));
                   return true;
                 }) &&
      ReadTagged(reader, 3, [](DerReader& in) { return in.TakeSmall(1) == 1; });
  if (!is_known || !reader.AtEnd() || !outer.AtEnd()) return std::nullopt;
  return pss;
}

std::optional<SignatureAlgorithm> ReadSignatureAlgorithm(ByteSpan der) {
  DerReader outer(der);
  DerReader reader = outer.Enter(der::kSequence);
  if (!outer.AtEnd()) return std::nullopt;
  const std::string_view oid = AsText(reader.Take(der::kOid));
  if (oid == kPss) return ReadPss(reader);
  const Row* row =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.oid == oid; });
  if (row == std::end(kRows) || !IsChecked(row->algorithm.scheme)) return std::nullopt;
  // Of ECDSA they are absent (RFC 5758 section 3.2, RFC 3279 section 2.2.3), of Ed25519 too (RFC
  // 8410 section 3), of RSA NULL (RFC 4055 section 5), which some leave out.
  const bool is_rsa = row->algorithm.scheme == SignatureScheme::kRsaPkcs1;
  if (is_rsa ? !TakeNoParameters(reader) : !reader.AtEnd()) return std::nullopt;
  return row->algorithm;
}

std::string SignatureAlgorithmText(ByteSpan der) {
  const ByteSpan oid = DerReader(der).Enter(der::kSequence).TakeOid();
  for (const auto& [known, name] : kUnsupported) {
    if (known == AsText(oid)) return std::string(name);
  }
  for (const Row& row : kRows) {
    if (row.oid != AsText(oid)) continue;
    const std::string name(row.algorithm.Name());
    return IsChecked(row.algorithm.scheme) ? name + " with parameters that are not allowed" : name;
  }
  return "the algorithm " + OidText(oid);
}

}  // namespace pinlatch::tls
