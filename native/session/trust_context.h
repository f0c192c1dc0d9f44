// Owns TrustContext: what is asked of the clients of a server name. A plain value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "snapshot/model.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

// AuthorityNames are the names that clients are told which authorities are trusted by: what
// CertificateRequest has of them (RFC 8446 section 4.2.4, RFC 5246 section 7.4.4), DER with lengths
// in front. nullptr: none are told.
using AuthorityNames = std::shared_ptr<const std::vector<uint8_t>>;

struct TrustContext {
  std::string trust;  // the bundle's name
  std::shared_ptr<const TrustBundle> bundle;
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
  snapshot::TlsVersion min_version = snapshot::TlsVersion::kTls12;
  AuthorityNames announced;
};

}  // namespace pinlatch::tls
