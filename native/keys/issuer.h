// Owns the making of demo and bootstrap certificates (pinlatch init): keys are generated, used and
// written here, so that no private key enters JavaScript. Control thread only.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace pinlatch::tls {

// IssueRequest describes one certificate to make, with a new ECDSA P-256 key.
struct IssueRequest {
  enum class Kind : uint8_t { kAuthority, kServer, kClient } kind = Kind::kClient;
  std::string subject;                 // "CN=…,O=…", as mbedTLS reads names
  std::vector<std::string> dns_names;  // subjectAltName
  std::vector<std::string> ip_addresses;
  UnixSeconds not_before = 0;
  UnixSeconds not_after = 0;
  std::string certificate_path;         // written 0644; must not exist
  std::string key_path;                 // written 0600; must not exist
  std::string issuer_certificate_path;  // empty with kAuthority: self-signed
  std::string issuer_key_path;
};

// Issue makes the key and the certificate and writes both (key first, O_EXCL). Extensions:
// basicConstraints (critical), keyUsage (critical), extendedKeyUsage, subject and authority key
// identifiers, subjectAltName; a random 16-byte serial. Errors: kSystem (a file), kKeyInvalid,
// kCertificateInvalid.
Status Issue(const IssueRequest& request);

}  // namespace pinlatch::tls
