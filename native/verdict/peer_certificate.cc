// See peer_certificate.h.
#include "verdict/peer_certificate.h"

#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "identity/certificate.h"
#include "x509/certificate.h"

namespace pinlatch::tls {
namespace {

// Scheme is a signature scheme of TLS under a key that mbedTLS does not read (RFC 8446 section
// 4.2.3): the salt is as long as the digest.
struct Scheme {
  uint16_t number;
  SignatureAlgorithm algorithm;
};

constexpr Scheme kSchemes[] = {
    {0x0807, {SignatureScheme::kEd25519, Hash::kSha512}},
    {0x0809, {SignatureScheme::kRsaPss, Hash::kSha256, 32}},
    {0x080a, {SignatureScheme::kRsaPss, Hash::kSha384, 48}},
    {0x080b, {SignatureScheme::kRsaPss, Hash::kSha512, 64}},
};

bool IsReadByMbedtls(KeyKind kind) { return kind == KeyKind::kRsa || kind == KeyKind::kEc; }

// VerifyWithLeaf is what patches/mbedtls/36 calls; `leaf` is the certificate that the key is of.
int VerifyWithLeaf(const void* leaf, uint16_t number, const unsigned char* message,
                   size_t message_size, const unsigned char* signature, size_t signature_size) {
  const auto& raw = static_cast<const mbedtls_x509_crt*>(leaf)->raw;
  const auto certificate = Certificate::Parse({raw.p, raw.len});
  const PublicKey* key = certificate.ok() ? (*certificate)->ReadKey() : nullptr;
  const auto* scheme = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                    [&](const Scheme& one) { return one.number == number; });
  if (key == nullptr || IsReadByMbedtls(key->kind()) || scheme == std::end(kSchemes) ||
      !key->Takes(scheme->algorithm)) {
    return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;
  }
  const bool holds =
      key->Verifies(scheme->algorithm, {message, message_size}, {signature, signature_size});
  return holds ? 0 : MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE;
}

bool HasKeyOfOtherKind(ByteSpan der) {
  const auto certificate = Certificate::Parse(der);
  const PublicKey* key = certificate.ok() ? (*certificate)->ReadKey() : nullptr;
  return key != nullptr && !IsReadByMbedtls(key->kind());
}

}  // namespace

std::vector<ByteSpan> PresentedChain(const mbedtls_x509_crt* chain) {
  std::vector<ByteSpan> presented;
  for (const mbedtls_x509_crt* at = chain; at != nullptr; at = at->next) {
    presented.emplace_back(at->raw.p, at->raw.len);
  }
  return presented;
}

bool ReadPeerKey(mbedtls_x509_crt& leaf) {
  const ByteSpan der(leaf.raw.p, leaf.raw.len);
  const identity::CertificatePtr read = identity::NewCertificate();
  if (identity::AppendCertificate(*read, der) == 0) {
    std::swap(leaf.pk, read->pk);
    return true;
  }
  if (!HasKeyOfOtherKind(der)) return false;
  leaf.pk.verify_elsewhere = VerifyWithLeaf;
  leaf.pk.elsewhere = &leaf;
  return true;
}

}  // namespace pinlatch::tls
