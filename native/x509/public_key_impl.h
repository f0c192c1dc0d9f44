// Owns the mbedTLS half of PublicKey. For the .cc files of this folder only.
#pragma once

#include <mbedtls/pk.h>

#include "x509/public_key.h"

namespace pinlatch::tls {

struct PublicKey::Impl {
  // mbedTLS takes the context by pointer to non-const even where it only reads; its own locking
  // makes that safe to share (MBEDTLS_THREADING_C guards the RSA blinding and modulus cache).
  mutable mbedtls_pk_context context;

  Impl() { mbedtls_pk_init(&context); }
  ~Impl() { mbedtls_pk_free(&context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

}  // namespace pinlatch::tls
