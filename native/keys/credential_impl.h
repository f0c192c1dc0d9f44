// Owns what a Credential holds in mbedTLS's terms. Internal to tls/.
#pragma once

#include <mbedtls/pk.h>

#include <memory>
#include <string>
#include <vector>

#include "crypto/signing_key.h"
#include "identity/certificate.h"
#include "keys/credential.h"
#include "keys/pending_signature.h"

namespace pinlatch::tls {

// Credential::Impl is read only after loading. The pointers that mbedTLS takes are not const; it
// changes nothing behind them but RSA blinding values, under the key's own lock.
struct Credential::Impl {
  Impl() { mbedtls_pk_init(&key); }
  ~Impl() { mbedtls_pk_free(&key); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  identity::CertificatePtr chain = identity::NewCertificate();  // leaf first
  // What `key` signs with: one of these, or neither where it signs itself.
  std::unique_ptr<const crypto::SigningKey> signing_key;
  std::unique_ptr<ElsewhereKey> elsewhere;
  mutable mbedtls_pk_context key;
  UnixSeconds not_before = 0;
  UnixSeconds not_after = 0;
  bool is_nameless = false;
  std::vector<std::string> names;
  std::vector<std::string> server_names;
};

}  // namespace pinlatch::tls
