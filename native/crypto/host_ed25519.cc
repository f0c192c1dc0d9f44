// Owns the checking of Ed25519 signatures by libcrypto.
#include "crypto/host.h"

namespace pinlatch::crypto {
namespace {
constexpr int kEd25519 = 1087;  // EVP_PKEY_ED25519
}  // namespace

bool VerifyEd25519ByHost(ByteSpan key, ByteSpan message, ByteSpan signature) {
  const KeyPtr own(host.EVP_PKEY_new_raw_public_key(kEd25519, nullptr, key.data(), key.size()));
  const DigestContextPtr context(host.EVP_MD_CTX_new());
  // The algorithm has its own hash, so none is named.
  const bool sound =
      own && context &&
      host.EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, own.get()) == 1 &&
      host.EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
  if (!sound) host.ERR_clear_error();
  return sound;
}

}  // namespace pinlatch::crypto
