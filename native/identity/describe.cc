// Owns the way from one parsed certificate to a PeerIdentity.
#include "identity/describe.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "base/encoding.h"
#include "identity/alternative_names.h"
#include "identity/certificate.h"
#include "identity/distinguished_name.h"
#include "identity/other_key.h"

namespace pinlatch::identity {
namespace {

struct AlgorithmName {
  std::string_view oid;
  std::string_view name;
};

// The names that openssl prints.
constexpr std::array kSignatureAlgorithms = {
    AlgorithmName{"1.2.840.10045.4.3.2", "ecdsa-with-SHA256"},
    AlgorithmName{"1.2.840.10045.4.3.3", "ecdsa-with-SHA384"},
    AlgorithmName{"1.2.840.10045.4.3.4", "ecdsa-with-SHA512"},
    AlgorithmName{"1.2.840.10045.4.3.1", "ecdsa-with-SHA224"},
    AlgorithmName{"1.2.840.10045.4.1", "ecdsa-with-SHA1"},
    AlgorithmName{"1.2.840.113549.1.1.11", "sha256WithRSAEncryption"},
    AlgorithmName{"1.2.840.113549.1.1.12", "sha384WithRSAEncryption"},
    AlgorithmName{"1.2.840.113549.1.1.13", "sha512WithRSAEncryption"},
    AlgorithmName{"1.2.840.113549.1.1.14", "sha224WithRSAEncryption"},
    AlgorithmName{"1.2.840.113549.1.1.5", "sha1WithRSAEncryption"},
    AlgorithmName{"1.2.840.113549.1.1.10", "rsassaPss"},
    AlgorithmName{"1.3.101.112", "ED25519"},
    AlgorithmName{"1.3.101.113", "ED448"},
};

std::string SignatureAlgorithm(const mbedtls_x509_crt& certificate) {
  const std::string oid = DottedOid(certificate.sig_oid);
  for (const AlgorithmName& entry : kSignatureAlgorithms) {
    if (entry.oid == oid) return std::string(entry.name);
  }
  return oid;
}

std::string KeyAlgorithm(const mbedtls_pk_context& key) {
  if (mbedtls_pk_get_type(&key) == MBEDTLS_PK_RSA) {
    return "RSA " + std::to_string(mbedtls_pk_get_bitlen(&key));
  }
  if (mbedtls_pk_get_type(&key) == MBEDTLS_PK_ECKEY) {
    switch (mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(key))) {
      case MBEDTLS_ECP_DP_SECP256R1:
        return "EC P-256";
      case MBEDTLS_ECP_DP_SECP384R1:
        return "EC P-384";
      case MBEDTLS_ECP_DP_SECP521R1:
        return "EC P-521";
      default:
        break;
    }
  }
  return std::string(mbedtls_pk_get_name(&key)) + " " + std::to_string(mbedtls_pk_get_bitlen(&key));
}

std::vector<std::string> Policies(const mbedtls_x509_sequence& list) {
  std::vector<std::string> policies;
  for (const mbedtls_x509_sequence* at = &list; at != nullptr; at = at->next) {
    if (at->buf.p != nullptr) policies.push_back(DottedOid(at->buf));  // else there is no extension
  }
  return policies;
}

std::string SerialText(const mbedtls_x509_buf& serial) {
  ByteSpan bytes{serial.p, serial.len};
  while (bytes.size() > 1 && bytes.front() == 0) bytes = bytes.subspan(1);
  std::string text = HexEncode(bytes);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

Result<PeerIdentity> ToIdentity(const mbedtls_x509_crt& certificate, int failed, ByteSpan der) {
  if (failed != 0) {
    return Error(ErrorCode::kBadCertificate,
                 "the certificate cannot be read: " + ParseErrorText(failed));
  }
  if (certificate.raw.len != der.size()) {
    // mbedTLS stops at the end of the structure; what follows would not be part of a fingerprint
    // that others compute.
    return Error(ErrorCode::kBadCertificate, "bytes follow the certificate");
  }
  PeerIdentity identity;
  identity.sha256 = Sha256Of(der);
  identity.sha1 = Sha1Of(der);
  identity.spki_sha256 = Sha256Of({certificate.pk_raw.p, certificate.pk_raw.len});
  identity.subject = DistinguishedName(certificate.subject);
  identity.issuer = DistinguishedName(certificate.issuer);
  identity.serial = SerialText(certificate.serial);
  identity.not_before = ToUnixSeconds(certificate.valid_from);
  identity.not_after = ToUnixSeconds(certificate.valid_to);
  identity.signature_algorithm = SignatureAlgorithm(certificate);
  identity.asserted_policies = Policies(certificate.certificate_policies);
  ReadAlternativeNames(certificate, identity);
  identity.chain.emplace_back(der.begin(), der.end());
  return identity;
}

}  // namespace

Result<PeerIdentity> Describe(ByteSpan der) {
  const CertificatePtr certificate = NewCertificate();
  int failed = AppendCertificate(*certificate, der);
  const bool is_of_other_kind = IsOfOtherKind(failed);
  if (is_of_other_kind) failed = AppendWithoutKey(*certificate, der);
  PINLATCH_ASSIGN(PeerIdentity identity, ToIdentity(*certificate, failed, der));
  identity.key_algorithm =
      is_of_other_kind ? OtherKeyAlgorithm(certificate->pk_raw) : KeyAlgorithm(certificate->pk);
  return identity;
}

Result<PeerIdentity> DescribeStranger(ByteSpan der) {
  const CertificatePtr certificate = NewCertificate();
  return ToIdentity(*certificate, AppendWithoutKey(*certificate, der), der);
}

}  // namespace pinlatch::identity
