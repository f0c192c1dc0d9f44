// Owns authenticated encryption by libcrypto: one context a direction of a connection, keyed once.
#include <mbedtls/cipher.h>

#include <algorithm>
#include <array>

#include "crypto/host.h"

namespace pinlatch::crypto {
namespace {

constexpr size_t kNonce = 12;
constexpr int kTag = 16;
constexpr int kGetTag = 0x10;         // EVP_CTRL_AEAD_GET_TAG
constexpr int kSetTag = 0x11;         // EVP_CTRL_AEAD_SET_TAG
constexpr size_t kMaxSize = 1 << 20;  // libcrypto counts in int

struct Kind {
  mbedtls_cipher_type_t type;
  const char* name;
  size_t key_size;
  Cipher* cipher;
};

// Fetched once: by name for every connection, libcrypto would take a lock and search.
std::array kinds = {
    Kind{MBEDTLS_CIPHER_AES_128_GCM, "AES-128-GCM", 16, nullptr},
    Kind{MBEDTLS_CIPHER_AES_256_GCM, "AES-256-GCM", 32, nullptr},
    Kind{MBEDTLS_CIPHER_CHACHA20_POLY1305, "ChaCha20-Poly1305", 32, nullptr},
};

// Begin sets the nonce and the additional data of one record.
bool Begin(CipherContext* context, const uint8_t* nonce, const uint8_t* extra, size_t extra_size) {
  int written = 0;
  return host.EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, -1) == 1 &&
         host.EVP_CipherUpdate(context, nullptr, &written, extra, static_cast<int>(extra_size)) ==
             1;
}

bool Fits(size_t nonce_size, size_t extra_size, size_t size) {
  return nonce_size == kNonce && extra_size <= kMaxSize && size <= kMaxSize;
}

}  // namespace

Status FetchCiphers() {
  for (Kind& kind : kinds) {
    if (kind.cipher == nullptr) kind.cipher = host.EVP_CIPHER_fetch(nullptr, kind.name, nullptr);
    if (kind.cipher == nullptr) {
      host.ERR_clear_error();
      return Error(ErrorCode::kInternal, host.version + " does not offer " + kind.name);
    }
  }
  return {};
}

void* NewAead(int cipher_type, const uint8_t* key, size_t key_size, int encrypt) {
  for (const Kind& kind : kinds) {
    if (kind.type != cipher_type || kind.key_size != key_size) continue;
    CipherContext* context = host.EVP_CIPHER_CTX_new();
    if (context == nullptr) return nullptr;
    if (host.EVP_CipherInit_ex(context, kind.cipher, nullptr, key, nullptr, encrypt) == 1) {
      return context;
    }
    FreeAead(context);
    host.ERR_clear_error();
  }
  return nullptr;
}

// EVP_CIPHER_CTX_free wipes what it frees.
void FreeAead(void* state) { host.EVP_CIPHER_CTX_free(static_cast<CipherContext*>(state)); }

int SealAead(void* state, const uint8_t* nonce, size_t nonce_size, const uint8_t* extra,
             size_t extra_size, const uint8_t* input, size_t size, uint8_t* output) {
  if (!Fits(nonce_size, extra_size, size)) return MBEDTLS_ERR_CIPHER_BAD_INPUT_DATA;
  auto* context = static_cast<CipherContext*>(state);
  int written = 0;
  int rest = 0;
  if (Begin(context, nonce, extra, extra_size) &&
      host.EVP_CipherUpdate(context, output, &written, input, static_cast<int>(size)) == 1 &&
      host.EVP_CipherFinal_ex(context, output + written, &rest) == 1 &&
      host.EVP_CIPHER_CTX_ctrl(context, kGetTag, kTag, output + size) == 1) {
    return 0;
  }
  host.ERR_clear_error();
  return MBEDTLS_ERR_CIPHER_FEATURE_UNAVAILABLE;
}

int OpenAead(void* state, const uint8_t* nonce, size_t nonce_size, const uint8_t* extra,
             size_t extra_size, const uint8_t* input, size_t size, uint8_t* output) {
  if (!Fits(nonce_size, extra_size, size)) return MBEDTLS_ERR_CIPHER_BAD_INPUT_DATA;
  auto* context = static_cast<CipherContext*>(state);
  // Copied: libcrypto's parameter is not const, and decryption in place may not reach the tag.
  std::array<uint8_t, kTag> tag;
  std::copy(input + size, input + size + kTag, tag.begin());
  int written = 0;
  int rest = 0;
  if (Begin(context, nonce, extra, extra_size) &&
      host.EVP_CIPHER_CTX_ctrl(context, kSetTag, kTag, tag.data()) == 1 &&
      host.EVP_CipherUpdate(context, output, &written, input, static_cast<int>(size)) == 1 &&
      host.EVP_CipherFinal_ex(context, output + written, &rest) == 1) {
    return 0;
  }
  // What was decrypted is not authentic, whatever the reason.
  std::fill(output, output + size, uint8_t{0});
  host.ERR_clear_error();
  return MBEDTLS_ERR_CIPHER_AUTH_FAILED;
}

}  // namespace pinlatch::crypto
