// Owns the protocol settings of one listener: versions, suites, groups, signature algorithms.
#include "session/server_context.h"

#include <mbedtls/ssl.h>

#include <string>
#include <utility>
#include <vector>

#include "keys/credential_impl.h"
#include "keys/library.h"
#include "keys/random.h"
#include "session/announced_authorities.h"
#include "session/protocol_settings.h"
#include "session/server_context_impl.h"
#include "session/server_name.h"
#include "session/session_tickets.h"

namespace pinlatch::tls {

std::vector<std::string> ProtocolNames(const snapshot::Listener& listener) {
  if (listener.front.mode == snapshot::Mode::kTcp) return listener.front.alpn;
  std::vector<std::string> names;
  for (const snapshot::HttpVersion version : listener.protocols) {
    names.emplace_back(version == snapshot::HttpVersion::kHttp2 ? "h2" : "http/1.1");
  }
  return names;
}

namespace {

void SetClientCertificates(mbedtls_ssl_config& config) {
  // "Optional" makes mbedTLS ask for a certificate; SelectByServerName may say that none is asked
  // for. Whether it must come, and whether it is good,
  // is ServerSession's to say: patches/mbedtls/02 hands the chain over and verifies nothing.
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_OPTIONAL);
  // mbedTLS takes no names from certificates of its own. By default the request names no CA (RFC
  // 5246 section 7.4.4 allows that): a list tells strangers whom this gateway trusts, costs bytes
  // in every handshake, and makes a client that holds a certificate of another CA send none, so
  // that the log says "missing" where "unknown CA" is the truth. SelectByServerName adds the names
  // where a listener announces them.
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

const Credentials& ServerContext::credentials() const { return impl_->names.credentials(); }

bool ServerContext::Refuses(std::string_view name) const { return impl_->names.Refuses(name); }

Result<std::unique_ptr<const ServerContext>> ServerContext::Create(
    const snapshot::Listener& listener, const snapshot::Tickets& tickets,
    const Credentials& credentials, std::span<const std::shared_ptr<const TrustBundle>> bundles,
    UnixSeconds clock_floor) {
  PINLATCH_TRY(InitialiseLibrary());
  std::vector<AuthorityNames> announced;
  PINLATCH_ASSIGN(announced, AnnouncedAuthorities(listener, bundles));
  auto impl =
      std::make_unique<Impl>(listener, tickets, credentials, bundles, announced, clock_floor);
  mbedtls_ssl_config& config = impl->config;
  int failed = mbedtls_ssl_config_defaults(
      &config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (failed != 0) return Refused("mbedtls_ssl_config_defaults", failed);
  mbedtls_ssl_conf_rng(&config, FillRandom, nullptr);
  SetProtocol(config, impl->names.lowest_version());
  SetClientCertificates(config);
  ConfigureTickets(config, listener.tickets);
  config.max_long_message = static_cast<uint16_t>(listener.limits.chain_bytes);
  mbedtls_ssl_conf_cert_cb(&config, SelectByServerName);
  // A client that offers protocols, none of them one of these, is told so (RFC 7301 section 3.2);
  // one that offers none is served. Of several the listener's first counts; without any of its own
  // a listener does not look. Every suite is good enough for HTTP/2 (RFC 9113 section 9.2.2:
  // ephemeral, AEAD), and there is no renegotiation.
  failed = impl->protocol_names.empty()
               ? 0
               : mbedtls_ssl_conf_alpn_protocols(&config, impl->protocols.data());
  if (failed != 0) return Refused("mbedtls_ssl_conf_alpn_protocols", failed);
  for (const OwnCredential& credential : impl->names.default_credentials()) {
    const Credential::Impl& own = credential.own()->impl();
    failed = mbedtls_ssl_conf_own_cert(&config, own.chain.get(), &own.key);
    if (failed != 0) return Refused("mbedtls_ssl_conf_own_cert", failed);
  }
  return std::unique_ptr<const ServerContext>(new ServerContext(std::move(impl)));
}

}  // namespace pinlatch::tls
