// See ticket_keys.h. ChaCha20-Poly1305 (RFC 8439), because it is fast and takes the same time for
// every key also where the processor has no AES instructions. Nonces are random: a key seals for
// hours, and 2^32 tickets would be safe.
#include "session/ticket_keys.h"

#include <mbedtls/cipher.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <utility>

#include "keys/random.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kNameSize = 8;
constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;

// Cipher is mbedTLS's context with a key for one direction, wiped when it goes. By the layer of
// ciphers, which asks the provider.
class Cipher {
 public:
  Cipher(const std::array<uint8_t, 32>& secret, mbedtls_operation_t operation) {
    mbedtls_cipher_init(&context_);
    const auto* const info = mbedtls_cipher_info_from_type(MBEDTLS_CIPHER_CHACHA20_POLY1305);
    is_ready_ = mbedtls_cipher_setup(&context_, info) == 0 &&
                mbedtls_cipher_setkey(&context_, secret.data(), 8 * static_cast<int>(secret.size()),
                                      operation) == 0;
  }
  ~Cipher() { mbedtls_cipher_free(&context_); }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  // Seal writes the body and its tag to `sealed`, which has room for just that.
  bool Seal(ByteSpan nonce, ByteSpan name, ByteSpan body, MutableByteSpan sealed) {
    size_t written = 0;
    return is_ready_ &&
           mbedtls_cipher_auth_encrypt_ext(&context_, nonce.data(), nonce.size(), name.data(),
                                           name.size(), body.data(), body.size(), sealed.data(),
                                           sealed.size(), &written, kTagSize) == 0;
  }
  // Open writes what `sealed` holds before its tag to `body`, which has room for just that.
  bool Open(ByteSpan nonce, ByteSpan name, ByteSpan sealed, MutableByteSpan body) {
    size_t written = 0;
    return is_ready_ &&
           mbedtls_cipher_auth_decrypt_ext(&context_, nonce.data(), nonce.size(), name.data(),
                                           name.size(), sealed.data(), sealed.size(), body.data(),
                                           body.size(), &written, kTagSize) == 0;
  }

 private:
  mbedtls_cipher_context_t context_;
  bool is_ready_ = false;
};

}  // namespace

TicketKeys::Key::Key() = default;
TicketKeys::Key::~Key() { mbedtls_platform_zeroize(secret.data(), secret.size()); }

TicketKeys::TicketKeys(std::shared_ptr<const Key> current, std::shared_ptr<const Key> previous)
    : current_(std::move(current)), previous_(std::move(previous)) {}

Result<std::shared_ptr<const TicketKeys::Key>> TicketKeys::NewKey() {
  auto key = std::make_shared<Key>();
  if (FillRandom(nullptr, key->name.data(), key->name.size()) != 0 ||
      FillRandom(nullptr, key->secret.data(), key->secret.size()) != 0) {
    return Error(ErrorCode::kInternal, "the kernel returned no random bytes for a ticket key");
  }
  return std::shared_ptr<const Key>(std::move(key));
}

Result<std::shared_ptr<const TicketKeys>> TicketKeys::Create() {
  PINLATCH_ASSIGN(auto key, NewKey());
  return std::shared_ptr<const TicketKeys>(new TicketKeys(std::move(key), nullptr));
}

Result<std::shared_ptr<const TicketKeys>> TicketKeys::Rotate(const TicketKeys& current) {
  PINLATCH_ASSIGN(auto key, NewKey());
  return std::shared_ptr<const TicketKeys>(new TicketKeys(std::move(key), current.current_));
}

size_t TicketKeys::Seal(ByteSpan body, MutableByteSpan into) const {
  static_assert(kOverhead == kNameSize + kNonceSize + kTagSize);
  if (into.size() < body.size() + kOverhead) return 0;
  const MutableByteSpan name = into.first(kNameSize);
  const MutableByteSpan nonce = into.subspan(kNameSize, kNonceSize);
  const MutableByteSpan sealed = into.subspan(kNameSize + kNonceSize, body.size() + kTagSize);
  std::copy(current_->name.begin(), current_->name.end(), name.begin());
  if (FillRandom(nullptr, nonce.data(), nonce.size()) != 0) return 0;
  if (!Cipher(current_->secret, MBEDTLS_ENCRYPT).Seal(nonce, name, body, sealed)) return 0;
  return body.size() + kOverhead;
}

std::optional<SecretBytes> TicketKeys::Open(ByteSpan ticket) const {
  if (ticket.size() < kOverhead) return std::nullopt;
  const ByteSpan name = ticket.first(kNameSize);
  const ByteSpan nonce = ticket.subspan(kNameSize, kNonceSize);
  const ByteSpan sealed = ticket.subspan(kNameSize + kNonceSize);
  for (const Key* key : {current_.get(), previous_.get()}) {
    if (key == nullptr || !std::equal(name.begin(), name.end(), key->name.begin())) continue;
    SecretBytes body(sealed.size() - kTagSize);
    if (!Cipher(key->secret, MBEDTLS_DECRYPT)
             .Open(nonce, name, sealed, {body.data(), body.size()})) {
      return std::nullopt;
    }
    return body;
  }
  return std::nullopt;
}

}  // namespace pinlatch::tls
