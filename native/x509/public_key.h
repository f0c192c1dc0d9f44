// Owns the public key of a certificate: its kind and strength, and the checking of signatures with
// it. Uses mbedTLS inside, shows none of it. Immutable; shared between threads.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {

class PublicKey {
 public:
  struct Impl;  // an mbedtls_pk_context

  explicit PublicKey(std::unique_ptr<Impl> impl);
  ~PublicKey();
  PublicKey(const PublicKey&) = delete;
  PublicKey& operator=(const PublicKey&) = delete;

  bool is_rsa() const { return is_rsa_; }
  uint32_t bits() const { return bits_; }
  // IsStrong says whether the key may be used at all: an elliptic curve that is compiled in, or RSA
  // of `min_rsa_bits` to 8192 bits with an odd public exponent from 3 to 64 bits (a longer one
  // would make verification arbitrarily slow).
  bool IsStrong(uint32_t min_rsa_bits) const;
  // Describe returns "RSA 2048" or "EC 256".
  std::string Describe() const;

  // Fits says whether `signature` can have been made with a key of this kind and size by this
  // algorithm, as far as that costs no arithmetic.
  bool Fits(const SignatureAlgorithm& algorithm, ByteSpan signature) const;
  // Verifies says whether `signature` over the message with this digest was made by the private
  // half of this key, with exactly this algorithm. The digest must be of algorithm.hash.
  bool Verifies(const SignatureAlgorithm& algorithm, const Digest& digest,
                ByteSpan signature) const;

 private:
  std::unique_ptr<Impl> impl_;
  bool is_rsa_ = false;
  uint32_t bits_ = 0;
};

}  // namespace pinlatch::tls
