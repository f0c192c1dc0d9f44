// Owns the public key of a certificate: its kind and strength, and the checking of signatures with
// it. Uses mbedTLS inside, shows none of it. Immutable; shared between threads.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {

enum class KeyKind : uint8_t { kRsa, kRsaPss, kEc, kEd25519 };

class PublicKey {
 public:
  struct Impl;  // an mbedtls_pk_context, or the bytes of an Ed25519 key

  explicit PublicKey(std::unique_ptr<Impl> impl);
  ~PublicKey();
  PublicKey(const PublicKey&) = delete;
  PublicKey& operator=(const PublicKey&) = delete;

  KeyKind kind() const;
  uint32_t bits() const { return bits_; }
  // IsStrong says whether the key may be used at all: an elliptic curve that is compiled in,
  // Ed25519, or RSA of `min_rsa_bits` to 8192 bits with an odd public exponent from 3 to 64 bits (a
  // longer one would make verification arbitrarily slow).
  bool IsStrong(uint32_t min_rsa_bits) const;
  // Describe returns "RSA 2048", "RSASSA-PSS 2048", "EC 256" or "Ed25519".
  std::string Describe() const;

  // Takes says whether a key of this kind signs by this algorithm. What the parameters of an
  // RSASSA-PSS key say binds (RFC 4055 section 3.3).
  bool Takes(const SignatureAlgorithm& algorithm) const;
  // Fits says whether `signature` can have been made with a key of this kind and size by this
  // algorithm, as far as that costs no arithmetic.
  bool Fits(const SignatureAlgorithm& algorithm, ByteSpan signature) const;
  // Verifies says whether `signature` over `message` was made by the private half of this key, with
  // exactly this algorithm.
  bool Verifies(const SignatureAlgorithm& algorithm, ByteSpan message, ByteSpan signature) const;
  // VerifiesDigest is Verifies for a message of which the digest is there, made with
  // algorithm.hash. Ed25519 takes no digest.
  bool VerifiesDigest(const SignatureAlgorithm& algorithm, const Digest& digest,
                      ByteSpan signature) const;

 private:
  std::unique_ptr<Impl> impl_;
  uint32_t bits_ = 0;
};

}  // namespace pinlatch::tls
