// Owns what a ClientContext holds in mbedTLS's terms. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "session/client_context.h"

namespace pinlatch::tls {

// ClientContext::Impl is written by Create only. mbedTLS reads the configuration from all workers.
struct ClientContext::Impl {
  Impl(std::shared_ptr<const TrustBundle> judge, std::shared_ptr<const Credential> own,
       const char* protocol, snapshot::TlsVersion lowest)
      : bundle(std::move(judge)),
        credential(std::move(own)),
        protocols{protocol, nullptr},
        min_version(lowest),
        number(++created) {
    mbedtls_ssl_config_init(&config);
  }
  ~Impl() { mbedtls_ssl_config_free(&config); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Before the configuration, which points into them, so that they go after it.
  const std::shared_ptr<const TrustBundle> bundle;
  const std::shared_ptr<const Credential> credential;
  std::array<const char*, 2> protocols;
  const snapshot::TlsVersion min_version;
  const uint64_t number;
  mbedtls_ssl_config config;

 private:
  inline static std::atomic<uint64_t> created{0};
};

}  // namespace pinlatch::tls
