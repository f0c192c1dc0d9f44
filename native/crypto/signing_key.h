// Owns a private key in the form in which the provider in use signs with it: converted once, when
// it is loaded, and wiped when it goes. Shows nothing of either library.
#pragma once

#include <memory>

#include "base/result.h"

struct mbedtls_pk_context;

namespace pinlatch::crypto {

// SigningKey is immutable and may be used by all threads at once.
class SigningKey {
 public:
  // Convert makes mbedTLS sign with `key` through the provider in use, and leaves only the public
  // half in `key` itself, so that there is one copy of the private key. The portable provider
  // leaves it as it is, and the result is nullptr. `key` must not outlive the result. Error:
  // kKeyInvalid; `key` is then as it was.
  static Result<std::unique_ptr<const SigningKey>> Convert(mbedtls_pk_context& key);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  struct Impl;

 private:
  explicit SigningKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::crypto
