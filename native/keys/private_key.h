// Owns what a private key is to its users: a reference that signs, wherever the key itself is, in
// this process or in a chip, and however long that takes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "snapshot/model.h"
#include "x509/digest.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {

// SigningRequest is what is to be signed: a digest, by SHA-256, -384 or -512. The salt of PSS is as
// long as the digest (RFC 8446 section 4.2.3).
struct SigningRequest {
  SignatureScheme scheme = SignatureScheme::kEcdsa;
  Digest digest;
  bool operator==(const SigningRequest&) const = default;
};

// SignatureInProgress belongs to who asked for it. Destroying it gives it up: `ready` is not called
// any more once the destructor has returned.
class SignatureInProgress {
 public:
  virtual ~SignatureInProgress() = default;
  // Take yields the signature, once, as TLS sends it (ECDSA: ECDSA-Sig-Value in DER, RFC 5480);
  // nothing while it is being made. Errors are the key's.
  virtual std::optional<Result<std::vector<uint8_t>>> Take() = 0;
};

// PrivateKey may be used by all threads at once.
class PrivateKey {
 public:
  virtual ~PrivateKey() = default;
  // Begin has the request signed, and calls `ready` once, from any thread, when Take has something
  // to yield. A key that signs at once need not call it. Never nullptr.
  virtual std::unique_ptr<SignatureInProgress> Begin(SigningRequest request,
                                                     std::function<void()> ready) const = 0;
};

// KeyOpener opens the private key of a certificate where that is not a file: nullptr, it is one.
// Errors (with `at`): kKeyInvalid.
using KeyOpener =
    std::function<Result<std::shared_ptr<const PrivateKey>>(const snapshot::Certificate&)>;

}  // namespace pinlatch::tls
