// Owns fingerprints: the SHA-256 and SHA-1 of bytes.
#include <mbedtls/md.h>

#include <cassert>

#include "identity/describe.h"

namespace pinlatch::identity {
namespace {

template <typename Digest>
Digest DigestOf(mbedtls_md_type_t type, ByteSpan bytes) {
  Digest digest{};
  // Fails only where the digest is not compiled in, which is a fault of the build.
  const int failed =
      mbedtls_md(mbedtls_md_info_from_type(type), bytes.data(), bytes.size(), digest.data());
  assert(failed == 0);
  static_cast<void>(failed);
  return digest;
}

}  // namespace

Sha256 Sha256Of(ByteSpan bytes) { return DigestOf<Sha256>(MBEDTLS_MD_SHA256, bytes); }

Sha1 Sha1Of(ByteSpan bytes) { return DigestOf<Sha1>(MBEDTLS_MD_SHA1, bytes); }

}  // namespace pinlatch::identity
