// See ticket_keys.h. ChaCha20-Poly1305 (RFC 8439), because it is fast and takes the same time for
// every key also where the processor has no AES instructions. Nonces are random: a key seals for
// hours, and 2^32 tickets would be safe.
#include "session/ticket_keys.h"

#include <mbedtls/chachapoly.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <utility>

#include "keys/random.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kNameSize = 8;
constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;

// Cipher is mbedTLS's context with a key, wiped when it goes.
class Cipher {
 public:
  explicit Cipher(const std::array<uint8_t, 32>& secret) {
    mbedtls_chachapoly_init(&context_);
    ready_ = mbedtls_chachapoly_setkey(&context_, secret.data()) == 0;
  }
  ~Cipher() { mbedtls_chachapoly_free(&context_); }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  bool ready() const { return ready_; }
  mbedtls_chachapoly_context* get() { return &context_; }

 private:
  mbedtls_chachapoly_context context_;
  bool ready_ = false;
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
    return Error(ErrorCode::kInternal, "the kernel gives no randomness for a ticket key");
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
  const MutableByteSpan sealed = into.subspan(kNameSize + kNonceSize, body.size());
  const MutableByteSpan tag = into.subspan(kNameSize + kNonceSize + body.size(), kTagSize);
  std::copy(current_->name.begin(), current_->name.end(), name.begin());
  if (FillRandom(nullptr, nonce.data(), nonce.size()) != 0) return 0;
  Cipher cipher(current_->secret);
  if (!cipher.ready() || mbedtls_chachapoly_encrypt_and_tag(cipher.get(), body.size(), nonce.data(),
                                                            name.data(), name.size(), body.data(),
                                                            sealed.data(), tag.data()) != 0) {
    return 0;
  }
  return body.size() + kOverhead;
}

std::optional<SecretBytes> TicketKeys::Open(ByteSpan ticket) const {
  if (ticket.size() < kOverhead) return std::nullopt;
  const ByteSpan name = ticket.first(kNameSize);
  const ByteSpan nonce = ticket.subspan(kNameSize, kNonceSize);
  const ByteSpan sealed = ticket.subspan(kNameSize + kNonceSize, ticket.size() - kOverhead);
  const ByteSpan tag = ticket.last(kTagSize);
  for (const Key* key : {current_.get(), previous_.get()}) {
    if (key == nullptr || !std::equal(name.begin(), name.end(), key->name.begin())) continue;
    SecretBytes body(sealed.size());
    Cipher cipher(key->secret);
    if (!cipher.ready() ||
        mbedtls_chachapoly_auth_decrypt(cipher.get(), sealed.size(), nonce.data(), name.data(),
                                        name.size(), tag.data(), sealed.data(), body.data()) != 0) {
      return std::nullopt;
    }
    return body;
  }
  return std::nullopt;
}

}  // namespace pinlatch::tls
