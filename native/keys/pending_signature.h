// Owns the way from mbedTLS, which asks for a signature again and again, to a PrivateKey, which
// makes it once and may take its time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "keys/private_key.h"

struct mbedtls_pk_context;

namespace pinlatch::tls {

// SignatureWaiter is who goes on when a signature has been made.
class SignatureWaiter {
 public:
  // WakeUp returns what wakes the waiter, from any thread, and does nothing when it is gone.
  virtual std::function<void()> WakeUp() = 0;

 protected:
  ~SignatureWaiter() = default;
};

// PendingSignature is the signature that one handshake waits for, if it waits for one.
class PendingSignature {
 public:
  PendingSignature();
  ~PendingSignature();
  PendingSignature(const PendingSignature&) = delete;
  PendingSignature& operator=(const PendingSignature&) = delete;

  // failure is the key's, when the last signature that was asked for came to nothing.
  const std::optional<Error>& failure() const;

 private:
  friend class SigningScope;
  struct Operation;
  std::unique_ptr<Operation> operation_;
};

// SigningScope says whose handshake mbedTLS takes a step of, on this thread. A key that takes its
// time fails the step with MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS (patches/mbedtls/25); `waiter` is
// woken when the signature is there, and the same step yields it then. Outside of a scope the
// thread waits for the key, for at most ten seconds.
class SigningScope {
 public:
  SigningScope(PendingSignature& pending, SignatureWaiter& waiter);
  ~SigningScope();
  SigningScope(const SigningScope&) = delete;
  SigningScope& operator=(const SigningScope&) = delete;

  // Sign is an mbedTLS result; with 0 the signature is in `into`.
  int Sign(const PrivateKey& key, const SigningRequest& request, std::vector<uint8_t>& into);

 private:
  PendingSignature& pending_;
  SignatureWaiter& waiter_;
};

// KeyDoesNotSign words a failure for the log. kInternal: it is this side's.
Error KeyDoesNotSign(const Error& failure);

// ElsewhereKey makes mbedTLS sign with a PrivateKey.
class ElsewhereKey {
 public:
  explicit ElsewhereKey(std::shared_ptr<const PrivateKey> key) : key_(std::move(key)) {}
  ElsewhereKey(const ElsewhereKey&) = delete;
  ElsewhereKey& operator=(const ElsewhereKey&) = delete;

  // Install sets up `context`, which is initialised and empty, with `public_half`, the key of the
  // certificate, and this one to sign; it must not outlive this. False: out of memory.
  [[nodiscard]] bool Install(const mbedtls_pk_context& public_half, mbedtls_pk_context& context);
  // Sign is an mbedTLS result; with 0 the signature is in `into`.
  int Sign(const SigningRequest& request, std::vector<uint8_t>& into) const;
  bool is_rsa() const { return is_rsa_; }

 private:
  const std::shared_ptr<const PrivateKey> key_;
  bool is_rsa_ = false;
};

}  // namespace pinlatch::tls
