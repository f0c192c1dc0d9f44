// Owns Certificate: one X.509 certificate, read for path validation as strict DER. The key is
// mbedTLS's, whose parser must accept what a peer presents too before the key is used; everything
// else is views into the DER, which the certificate borrows. Immutable; shared between threads once
// its key was read.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "x509/certificate_extensions.h"
#include "x509/public_key.h"
#include "x509/signature_algorithm.h"

namespace pinlatch::tls {

class Certificate {
 public:
  // Parse reads one DER certificate (RFC 5280 section 4.1). `der` is borrowed for as long as the
  // certificate lives. Critical extensions of any kind are read past: judging them is the
  // verifier's. Error: kBadCertificate, whose detail says what is malformed.
  static Result<std::unique_ptr<const Certificate>> Parse(ByteSpan der);
  // ParseAnchor is Parse for a certificate that is trusted as it stands: its key must be one that
  // can be used, and mbedTLS reads that alone, because of its own signature neither bytes nor
  // algorithm are looked at (RFC 5280 section 6.1.1).
  static Result<std::unique_ptr<const Certificate>> ParseAnchor(ByteSpan der);

  ByteSpan der() const { return der_; }
  ByteSpan tbs() const { return tbs_; }
  int version() const { return version_; }               // 1 to 3
  ByteSpan serial() const { return serial_; }            // two's complement, as short as can be
  const std::string& issuer() const { return issuer_; }  // canonical (names/distinguished_name.h)
  const std::string& subject() const { return subject_; }
  ByteSpan issuer_der() const { return issuer_der_; }
  ByteSpan subject_der() const { return subject_der_; }
  UnixSeconds not_before() const { return not_before_; }  // both ends are included
  UnixSeconds not_after() const { return not_after_; }
  ByteSpan key_info() const { return key_info_; }  // the DER SubjectPublicKeyInfo
  // ReadKey is the public key, nullptr when mbedTLS does not accept the certificate or its key, or
  // the signature algorithm is not known here: key_error then says why. It is read when it is first
  // asked for, because until something is to be checked with it a certificate should cost no
  // arithmetic: a compressed point costs a square root. That first call is not thread-safe: it
  // comes before the certificate is shared.
  const PublicKey* ReadKey() const;
  const std::string& key_error() const { return key_error_; }
  // unsupported_key names the kind of a well-formed key that cannot be used; mostly empty. ReadKey
  // is nullptr then.
  const std::string& unsupported_key() const { return unsupported_key_; }
  const Extensions& extensions() const { return extensions_; }
  // algorithm is nothing when the signature algorithm is not known here.
  const std::optional<SignatureAlgorithm>& algorithm() const { return algorithm_; }
  // AlgorithmText names the algorithm, known or not, for the operator.
  std::string AlgorithmText() const;
  ByteSpan signature() const { return signature_; }

  bool is_self_issued() const { return issuer_ == subject_; }
  // HasUsage says whether keyUsage allows `bits` (at least one of them), or does not restrict the
  // key.
  bool HasUsage(uint16_t bits) const {
    return !extensions_.key_usage || (*extensions_.key_usage & bits) != 0;
  }

 private:
  explicit Certificate(ByteSpan der) : der_(der) {}
  // ReadOuter reads all but the key. `is_anchor`: what is said of its signature is read past.
  Status ReadOuter(bool is_anchor);
  Status ReadTbs(ByteSpan content);
  Status ReadValidity(DerReader validity);
  Status ReadNames();
  Status ReadOptionalFields(DerReader reader);

  ByteSpan der_;
  ByteSpan tbs_;
  int version_ = 1;
  ByteSpan serial_;
  std::string issuer_;
  std::string subject_;
  ByteSpan issuer_der_;
  ByteSpan subject_der_;
  UnixSeconds not_before_ = 0;
  UnixSeconds not_after_ = 0;
  ByteSpan key_info_;
  mutable std::unique_ptr<const PublicKey> key_;
  mutable std::string key_error_;
  std::string unsupported_key_;
  Extensions extensions_;
  std::optional<SignatureAlgorithm> algorithm_;
  ByteSpan algorithm_der_;  // as the signed part has it
  ByteSpan signature_;
};

}  // namespace pinlatch::tls
