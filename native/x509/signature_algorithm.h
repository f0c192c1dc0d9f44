// Owns the reading of signature AlgorithmIdentifiers of certificates and CRLs (RFC 3279, 4055,
// 5758). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "x509/digest.h"

namespace pinlatch::tls {

enum class SignatureScheme : uint8_t { kRsaPkcs1, kRsaPss, kEcdsa };

struct SignatureAlgorithm {
  SignatureScheme scheme = SignatureScheme::kEcdsa;
  Hash hash = Hash::kSha256;
  Hash mask_hash = Hash::kSha256;  // of MGF1, with kRsaPss
  int salt_size = 0;               // bytes, with kRsaPss

  // Name is static text such as "sha256WithRSA", for the operator.
  std::string_view Name() const;
};

// ReadSignatureAlgorithm reads an AlgorithmIdentifier (the whole SEQUENCE). Nothing when the
// algorithm or its parameters are not known here.
std::optional<SignatureAlgorithm> ReadSignatureAlgorithm(ByteSpan der);

// SignatureAlgorithmText names the algorithm of an AlgorithmIdentifier that is not known here: what
// people have, else its OID.
std::string SignatureAlgorithmText(ByteSpan der);

}  // namespace pinlatch::tls
