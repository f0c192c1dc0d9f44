// Owns the reading of signature AlgorithmIdentifiers of certificates and CRLs (RFC 3279, 4055,
// 5758, 8410). Pure but for what the crypto provider can check.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "x509/digest.h"

namespace pinlatch::tls {

enum class SignatureScheme : uint8_t { kRsaPkcs1, kRsaPss, kEcdsa, kEd25519 };

struct SignatureAlgorithm {
  SignatureScheme scheme = SignatureScheme::kEcdsa;
  Hash hash = Hash::kSha256;  // with kRsaPss of MGF1 as well; kEd25519 has its own within
  int salt_size = 0;          // bytes, with kRsaPss

  // Name is static text such as "sha256WithRSA", for the operator.
  std::string_view Name() const;
};

// PssParameters are RSASSA-PSS-params (RFC 4055 section 3.1).
struct PssParameters {
  Hash hash = Hash::kSha1;
  Hash mask_hash = Hash::kSha1;  // of MGF1
  int salt_size = 20;            // bytes; in a key the least that its signatures have
};

// ReadPssParameters reads the whole SEQUENCE. Nothing when it is malformed, has another trailer
// than 1, a hash that is not known here, or another mask function than MGF1.
std::optional<PssParameters> ReadPssParameters(ByteSpan der);

// ReadSignatureAlgorithm reads an AlgorithmIdentifier (the whole SEQUENCE). Nothing when the
// algorithm or its parameters are not known here, when the provider cannot check it, and for
// RSASSA-PSS with a mask by another hash.
std::optional<SignatureAlgorithm> ReadSignatureAlgorithm(ByteSpan der);

// SignatureAlgorithmText names the algorithm of an AlgorithmIdentifier that is not known here: what
// people have, else its OID.
std::string SignatureAlgorithmText(ByteSpan der);

}  // namespace pinlatch::tls
