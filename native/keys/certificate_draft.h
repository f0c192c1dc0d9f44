// Owns a certificate that is being written: names, validity, extensions. Internal to tls/.
#pragma once

#include <mbedtls/x509_crt.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace pinlatch::tls {

// CertificateDraft collects the parts of one X.509 v3 certificate, signed with SHA-256. The keys
// are borrowed. Every call may fail with kCertificateInvalid and says which part was at fault.
class CertificateDraft {
 public:
  CertificateDraft(mbedtls_pk_context& subject_key, mbedtls_pk_context& issuer_key);
  ~CertificateDraft() { mbedtls_x509write_crt_free(&draft_); }
  CertificateDraft(const CertificateDraft&) = delete;
  CertificateDraft& operator=(const CertificateDraft&) = delete;

  // SetSubject takes RFC 4514 text, most specific attribute first, so that it reads back the same.
  Status SetSubject(const std::string& name);
  // SetIssuerToSubject makes the certificate self-issued; SetIssuer copies an authority's subject
  // with its very string types, because verifiers compare them.
  Status SetIssuerToSubject(const std::string& name);
  Status SetIssuer(const mbedtls_x509_name& name);
  Status SetRandomSerial();
  Status SetValidity(UnixSeconds not_before, UnixSeconds not_after);

  // AddBasics writes basicConstraints and keyUsage, both critical, and both key identifiers.
  Status AddBasics(bool is_authority);
  // AddPurpose writes extendedKeyUsage with one purpose, given as OID content bytes.
  Status AddPurpose(ByteSpan oid);
  // AddAlternativeNames writes subjectAltName, unless there is no name.
  Status AddAlternativeNames(const std::vector<std::string>& dns_names,
                             const std::vector<std::string>& ip_addresses);

  // ToPem signs.
  Result<std::string> ToPem();

 private:
  Status AddExtension(ByteSpan oid, bool critical, ByteSpan value);

  mbedtls_x509write_cert draft_;
};

}  // namespace pinlatch::tls
