// Owns what is inside a PublicKey, half of it mbedTLS's, and how it is read. For the .cc files of
// this folder only.
#pragma once

#include <mbedtls/pk.h>

#include <array>
#include <optional>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "x509/public_key.h"

namespace pinlatch::tls {

struct PublicKey::Impl {
  KeyKind kind = KeyKind::kRsa;
  // mbedTLS takes the context by pointer to non-const even where it only reads; its own locking
  // makes that safe to share (MBEDTLS_THREADING_C guards the RSA blinding and modulus cache).
  // Empty with kEd25519.
  mutable mbedtls_pk_context context;
  std::array<uint8_t, crypto::kEd25519KeySize> edwards{};  // with kEd25519
  std::optional<PssParameters> only;                       // with kRsaPss

  Impl() { mbedtls_pk_init(&context); }
  ~Impl() { mbedtls_pk_free(&context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

// TakeKey makes a PublicKey of a key that mbedTLS read, which it takes out of `context`.
std::unique_ptr<const PublicKey> TakeKey(mbedtls_pk_context& context);

// IsReadByMbedtls says whether a SubjectPublicKeyInfo is of a kind that mbedTLS itself reads.
bool IsReadByMbedtls(ByteSpan key_info);

// ReadPublicKey reads a SubjectPublicKeyInfo that has no KeyInfoFault and is no UnsupportedKey.
// Error: kBadCertificate.
Result<std::unique_ptr<const PublicKey>> ReadPublicKey(ByteSpan key_info);

}  // namespace pinlatch::tls
