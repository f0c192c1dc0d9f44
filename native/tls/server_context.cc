// Owns the protocol settings of one listener: versions, suites, groups, signature algorithms.
#include "tls/server_context.h"

#include <mbedtls/ssl.h>

#include <string>
#include <utility>

#include "tls/cipher_suites.h"
#include "tls/credential_impl.h"
#include "tls/library.h"
#include "tls/random.h"
#include "tls/server_context_impl.h"
#include "tls/server_name.h"
#include "tls/session_tickets.h"

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

void SetProtocol(mbedtls_ssl_config& config, snapshot::TlsVersion min_version) {
  mbedtls_ssl_conf_min_tls_version(&config, min_version == snapshot::TlsVersion::kTls13
                                                ? MBEDTLS_SSL_VERSION_TLS1_3
                                                : MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_3);
  mbedtls_ssl_conf_ciphersuites(&config, CipherSuites());
  mbedtls_ssl_conf_groups(&config, kGroups);
  mbedtls_ssl_conf_sig_algs(&config, kSignatureAlgorithms);
}

void SetClientCertificates(mbedtls_ssl_config& config) {
  // "Optional" makes mbedTLS ask for a certificate; SelectByServerName may say that none is asked
  // for. Whether it must come, and whether it is good,
  // is ServerSession's to say: patches/mbedtls/02 hands the chain over and verifies nothing.
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_OPTIONAL);
  // The request names no CA (RFC 5246 section 7.4.4 allows that). A list would tell strangers whom
  // this gateway trusts, cost bytes in every handshake, and make a client that holds a certificate
  // of another CA send none, so that the log says "missing" where "unknown CA" is the truth.
  mbedtls_ssl_conf_cert_req_ca_list(&config, MBEDTLS_SSL_CERT_REQ_CA_LIST_DISABLED);
}

Error Refused(const char* what, int error) {
  return Error(ErrorCode::kInternal, std::string(what) + " failed with " + std::to_string(error));
}

}  // namespace

ServerContext::ServerContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServerContext::~ServerContext() = default;

const TrustContext& ServerContext::ContextOf(std::string_view name) const {
  return impl_->names.ContextOf(name);
}

Result<std::unique_ptr<const ServerContext>> ServerContext::Create(
    const snapshot::Listener& listener, const snapshot::Tickets& tickets,
    const Credentials& credentials, std::span<const std::shared_ptr<const TrustBundle>> bundles) {
  PINLATCH_TRY(InitialiseLibrary());
  auto impl = std::make_unique<Impl>(listener, tickets, credentials, bundles);
  mbedtls_ssl_config& config = impl->config;
  int failed = mbedtls_ssl_config_defaults(
      &config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (failed != 0) return Refused("mbedtls_ssl_config_defaults", failed);
  mbedtls_ssl_conf_rng(&config, FillRandom, nullptr);
  SetProtocol(config, impl->names.lowest_version());
  SetClientCertificates(config);
  ConfigureTickets(config, listener.tickets);
  mbedtls_ssl_conf_cert_cb(&config, SelectByServerName);
  // A client that offers protocols, none of them one of these, is told so (RFC 7301 section 3.2);
  // one that offers none is served. Without any of its own a listener does not look.
  failed = impl->protocol_names.empty()
               ? 0
               : mbedtls_ssl_conf_alpn_protocols(&config, impl->protocols.data());
  if (failed != 0) return Refused("mbedtls_ssl_conf_alpn_protocols", failed);
  for (const auto& credential : impl->names.default_credentials()) {
    const Credential::Impl& own = credential->impl();
    failed = mbedtls_ssl_conf_own_cert(&config, own.chain.get(), &own.key);
    if (failed != 0) return Refused("mbedtls_ssl_conf_own_cert", failed);
  }
  return std::unique_ptr<const ServerContext>(new ServerContext(std::move(impl)));
}

}  // namespace pinlatch::tls
