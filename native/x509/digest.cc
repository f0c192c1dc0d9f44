// Calls mbedTLS's message digests.
#include "x509/digest.h"

#include "x509/mbedtls_hash.h"

namespace pinlatch::tls {

mbedtls_md_type_t MdTypeOf(Hash hash) {
  switch (hash) {
    case Hash::kSha1:
      return MBEDTLS_MD_SHA1;
    case Hash::kSha224:
      return MBEDTLS_MD_SHA224;
    case Hash::kSha256:
      return MBEDTLS_MD_SHA256;
    case Hash::kSha384:
      return MBEDTLS_MD_SHA384;
    case Hash::kSha512:
      return MBEDTLS_MD_SHA512;
  }
  return MBEDTLS_MD_NONE;
}

std::optional<Digest> HashOf(Hash hash, ByteSpan bytes) {
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(MdTypeOf(hash));
  Digest digest;
  digest.hash = hash;
  if (info == nullptr || mbedtls_md(info, bytes.data(), bytes.size(), digest.bytes.data()) != 0) {
    return std::nullopt;
  }
  digest.size = mbedtls_md_get_size(info);
  return digest;
}

}  // namespace pinlatch::tls
