// See peer_certificate.h.
#include "verdict/peer_certificate.h"

#include <mbedtls/x509_crt.h>

#include <utility>

#include "identity/certificate.h"

namespace pinlatch::tls {

std::vector<ByteSpan> PresentedChain(const mbedtls_x509_crt* chain) {
  std::vector<ByteSpan> presented;
  for (const mbedtls_x509_crt* at = chain; at != nullptr; at = at->next) {
    presented.emplace_back(at->raw.p, at->raw.len);
  }
  return presented;
}

bool ReadPeerKey(mbedtls_x509_crt& leaf) {
  const identity::CertificatePtr read = identity::NewCertificate();
  if (identity::AppendCertificate(*read, {leaf.raw.p, leaf.raw.len}) != 0) return false;
  std::swap(leaf.pk, read->pk);
  return true;
}

}  // namespace pinlatch::tls
