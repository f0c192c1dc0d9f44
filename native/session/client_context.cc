// See client_context.h.
#include "session/client_context.h"

#include <cstdint>
#include <string>
#include <utility>

#include "keys/credential_impl.h"
#include "keys/library.h"
#include "keys/random.h"
#include "session/client_context_impl.h"
#include "session/protocol_settings.h"

namespace pinlatch::tls {
namespace {

// A service's chain, or its list of CAs, in bytes of its message.
constexpr uint16_t kLongestMessage = 48 * 1024;

Error Refused(const char* what, int error) {
  return Error(ErrorCode::kInternal, std::string(what) + " failed with " + std::to_string(error));
}

// Configure sets up what differs between the two configurations by the credential alone.
Status Configure(ClientContext::Impl& impl, const Credential* credential,
                 mbedtls_ssl_config& config) {
  int failed = mbedtls_ssl_config_defaults(
      &config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (failed != 0) return Refused("mbedtls_ssl_config_defaults", failed);
  mbedtls_ssl_conf_rng(&config, FillRandom, nullptr);
  SetProtocol(config, impl.min_version);
  // The session's callback judges the chain (patches/mbedtls/04). Should a session ever be without
  // one, mbedTLS itself must verify, and refuses, because it has no CA.
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
  config.max_long_message = kLongestMessage;
  // A resumed session shows no certificate that could be judged.
  mbedtls_ssl_conf_session_tickets(&config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
  failed = mbedtls_ssl_conf_alpn_protocols(&config, impl.protocols.data());
  if (failed != 0) return Refused("mbedtls_ssl_conf_alpn_protocols", failed);
  if (credential == nullptr) return {};
  const Credential::Impl& own = credential->impl();
  failed = mbedtls_ssl_conf_own_cert(&config, own.chain.get(), &own.key);
  return failed == 0 ? Status() : Refused("mbedtls_ssl_conf_own_cert", failed);
}

}  // namespace

ClientContext::ClientContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClientContext::~ClientContext() = default;

uint64_t ClientContext::number() const { return impl_->number; }
const TrustBundle& ClientContext::trust() const { return *impl_->bundle; }
snapshot::TlsVersion ClientContext::min_version() const { return impl_->min_version; }
UnixSeconds ClientContext::clock_floor() const { return impl_->clock_floor; }
const OwnCredential& ClientContext::credential() const { return impl_->credential; }

Result<std::shared_ptr<const ClientContext>> ClientContext::Create(
    snapshot::TlsVersion min_version, std::shared_ptr<const TrustBundle> bundle,
    OwnCredential credential, const char* protocol, UnixSeconds clock_floor) {
  PINLATCH_TRY(InitialiseLibrary());
  auto impl = std::make_unique<Impl>(std::move(bundle), std::move(credential), protocol,
                                     min_version, clock_floor);
  PINLATCH_TRY(Configure(*impl, impl->credential.own().get(), impl->config));
  if (const Credential* stand_in = impl->credential.stand_in().get()) {
    PINLATCH_TRY(Configure(*impl, stand_in, impl->stand_in_config));
  }
  return std::shared_ptr<const ClientContext>(new ClientContext(std::move(impl)));
}

}  // namespace pinlatch::tls
