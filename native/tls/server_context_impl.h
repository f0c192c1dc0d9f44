// Owns what a ServerContext holds in mbedTLS's terms. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

#include <memory>

#include "snapshot/model.h"
#include "tls/credential.h"
#include "tls/server_context.h"
#include "tls/trust_bundle.h"

namespace pinlatch::tls {

// ServerContext::Impl is written by Create only. mbedTLS reads the configuration from all workers.
struct ServerContext::Impl {
  Impl() { mbedtls_ssl_config_init(&config); }
  ~Impl() { mbedtls_ssl_config_free(&config); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Before the configuration, which points into the credential, so that it goes after it.
  std::shared_ptr<const Credential> credential;
  std::shared_ptr<const TrustBundle> trust;
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
  mbedtls_ssl_config config;
};

}  // namespace pinlatch::tls
