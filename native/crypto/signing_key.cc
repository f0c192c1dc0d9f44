// See signing_key.h.
#include "crypto/signing_key.h"

#include <mbedtls/pk.h>

#include <utility>

#include "crypto/host_private_key.h"
#include "crypto/provider.h"

namespace pinlatch::crypto {

struct SigningKey::Impl {
  KeyPtr key;
  bool is_rsa = false;
};

namespace {

constexpr int kPkcs1Padding = 1;
constexpr int kPssPadding = 6;
constexpr int kSaltAsLongAsHash = -1;

const MessageDigest* DigestOf(mbedtls_md_type_t type) {
  switch (type) {
    case MBEDTLS_MD_SHA256:
      return host.EVP_sha256();
    case MBEDTLS_MD_SHA384:
      return host.EVP_sha384();
    case MBEDTLS_MD_SHA512:
      return host.EVP_sha512();
    default:
      return nullptr;
  }
}

bool SetPadding(KeyContext& context, bool pss) {
  return host.EVP_PKEY_CTX_set_rsa_padding(&context, pss ? kPssPadding : kPkcs1Padding) == 1 &&
         (!pss || host.EVP_PKEY_CTX_set_rsa_pss_saltlen(&context, kSaltAsLongAsHash) == 1);
}

// Sign is what patches/mbedtls/23 calls.
int Sign(const void* elsewhere, mbedtls_pk_type_t scheme, mbedtls_md_type_t md_type,
         const unsigned char* hash, size_t hash_size, unsigned char* signature, size_t room,
         size_t* size) {
  const auto& own = *static_cast<const SigningKey::Impl*>(elsewhere);
  const MessageDigest* digest = DigestOf(md_type);
  if (digest == nullptr) return MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE;
  const KeyContextPtr context(host.EVP_PKEY_CTX_new(own.key.get(), nullptr));
  *size = room;
  if (context && host.EVP_PKEY_sign_init(context.get()) == 1 &&
      (!own.is_rsa || SetPadding(*context, scheme == MBEDTLS_PK_RSASSA_PSS)) &&
      host.EVP_PKEY_CTX_set_signature_md(context.get(), digest) == 1 &&
      host.EVP_PKEY_sign(context.get(), signature, size, hash, hash_size) == 1) {
    return 0;
  }
  host.ERR_clear_error();
  return MBEDTLS_ERR_PK_INVALID_ALG;
}

}  // namespace

SigningKey::SigningKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SigningKey::~SigningKey() = default;

Result<std::unique_ptr<const SigningKey>> SigningKey::Convert(mbedtls_pk_context& key) {
  if (!UsesHost()) return std::unique_ptr<const SigningKey>();
  auto impl = std::make_unique<Impl>();
  impl->is_rsa = mbedtls_pk_get_type(&key) == MBEDTLS_PK_RSA;
  impl->key = ToHostKey(key);
  if (!impl->key) {
    host.ERR_clear_error();
    return Error(ErrorCode::kKeyInvalid, host.version + " does not accept this private key");
  }
  ForgetPrivateHalf(key);
  key.sign_elsewhere = Sign;
  key.elsewhere = impl.get();
  return std::unique_ptr<const SigningKey>(new SigningKey(std::move(impl)));
}

}  // namespace pinlatch::crypto
