// Owns the protocol settings that sessions of both ends share: versions, suites, groups, signature
// algorithms. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

#include "snapshot/model.h"

namespace pinlatch::tls {

// SetProtocol allows the versions from `min_version` to TLS 1.3.
void SetProtocol(mbedtls_ssl_config& config, snapshot::TlsVersion min_version);

// VersionOf is the version that was negotiated, or would be, so far.
snapshot::TlsVersion VersionOf(const mbedtls_ssl_context& ssl);

}  // namespace pinlatch::tls
