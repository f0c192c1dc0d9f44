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
  Impl(std::shared_ptr<const TrustBundle> judge, OwnCredential own, const char* protocol,
       snapshot::TlsVersion lowest, UnixSeconds floor)
      : bundle(std::move(judge)),
        credential(std::move(own)),
        protocols{protocol, nullptr},
        min_version(lowest),
        clock_floor(floor),
        number(++created) {
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_config_init(&stand_in_config);
  }
  ~Impl() {
    mbedtls_ssl_config_free(&stand_in_config);
    mbedtls_ssl_config_free(&config);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // ConfigAt has the certificate that is shown at this time.
  const mbedtls_ssl_config& ConfigAt(UnixSeconds now) const {
    const bool is_own = credential.At({now, clock_floor}) == credential.own();
    return is_own ? config : stand_in_config;
  }

  // Before the configurations, which point into them, so that they go after these.
  const std::shared_ptr<const TrustBundle> bundle;
  const OwnCredential credential;
  std::array<const char*, 2> protocols;
  const snapshot::TlsVersion min_version;
  const UnixSeconds clock_floor;  // of ClockReading
  const uint64_t number;
  mbedtls_ssl_config config;
  mbedtls_ssl_config stand_in_config;  // with the credential's stand-in, if it has one

 private:
  inline static std::atomic<uint64_t> created{0};
};

}  // namespace pinlatch::tls
