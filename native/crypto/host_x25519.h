// Owns X25519 (RFC 7748) by libcrypto. Internal to crypto/.
#pragma once

#include <mbedtls/ecp.h>

namespace pinlatch::crypto {

// MultiplyX25519 computes r = m * p, both by their x coordinates. An all-zero result, which a point
// of small order gives, is MBEDTLS_ERR_ECP_INVALID_KEY (RFC 7748 section 6.1).
int MultiplyX25519(const mbedtls_ecp_group& curve, mbedtls_ecp_point& r, const mbedtls_mpi& m,
                   const mbedtls_ecp_point& p);

}  // namespace pinlatch::crypto
