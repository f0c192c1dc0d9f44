// See protocol_settings.h.
#include "session/protocol_settings.h"

#include <cstring>
#include <type_traits>

#include "session/cipher_suites.h"

namespace pinlatch::tls {
namespace {

constexpr uint16_t kGroups[] = {
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519,    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_NONE,
};

// RSA PKCS#1 v1.5 is there for TLS 1.2; mbedTLS leaves it out of TLS 1.3 handshakes. No SHA-1.
constexpr uint16_t kSignatureAlgorithms[] = {
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512, MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,       MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,       MBEDTLS_TLS1_3_SIG_NONE,
};

// Of clients, also of kinds that mbedTLS does not sign with (patches/mbedtls/36). Ed25519 whoever
// computes: a client that has no other key would else show none, and nobody would learn why.
constexpr uint16_t kClientsAlgorithms[] = {
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_PSS_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_PSS_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_PSS_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
    MBEDTLS_TLS1_3_SIG_ED25519,
    MBEDTLS_TLS1_3_SIG_NONE,
};

}  // namespace

void SetProtocol(mbedtls_ssl_config& config, snapshot::TlsVersion min_version) {
  mbedtls_ssl_conf_min_tls_version(&config, min_version == snapshot::TlsVersion::kTls13
                                                ? MBEDTLS_SSL_VERSION_TLS1_3
                                                : MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_3);
  mbedtls_ssl_conf_ciphersuites(&config, CipherSuites());
  mbedtls_ssl_conf_groups(&config, kGroups);
  const bool is_server = mbedtls_ssl_conf_get_endpoint(&config) == MBEDTLS_SSL_IS_SERVER;
  mbedtls_ssl_conf_sig_algs(&config, is_server ? kClientsAlgorithms : kSignatureAlgorithms);
}

// What a peer names as its version stands there before it is judged: that need be no value of the
// enumeration, as which C++ may not read it.
snapshot::TlsVersion VersionOf(const mbedtls_ssl_context& ssl) {
  std::underlying_type_t<mbedtls_ssl_protocol_version> version = 0;
  std::memcpy(&version, &ssl.tls_version, sizeof(version));
  return version == MBEDTLS_SSL_VERSION_TLS1_3 ? snapshot::TlsVersion::kTls13
                                               : snapshot::TlsVersion::kTls12;
}

}  // namespace pinlatch::tls
