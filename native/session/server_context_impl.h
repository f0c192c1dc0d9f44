// Owns what a ServerContext holds in mbedTLS's terms. Internal to tls/.
#pragma once

#include <mbedtls/ssl.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "session/server_context.h"
#include "session/server_names.h"

namespace pinlatch::tls {

// ProtocolNames are what a listener agrees on by ALPN, the preferred one first; none: it does not
// look.
std::vector<std::string> ProtocolNames(const snapshot::Listener& listener);

// ServerContext::Impl is written by Create only. mbedTLS reads the configuration from all workers.
struct ServerContext::Impl {
  Impl(const snapshot::Listener& source, const snapshot::Tickets& tickets,
       const Credentials& credentials, std::span<const std::shared_ptr<const TrustBundle>> bundles,
       std::span<const AuthorityNames> announced, UnixSeconds floor)
      : names(source, credentials, bundles, announced),
        listener(source.name),
        ticket_lifetime(tickets.lifetime_seconds),
        clock_floor(floor),
        publication(++published),
        protocol_names(ProtocolNames(source)) {
    for (const std::string& name : protocol_names) protocols.push_back(name.c_str());
    protocols.push_back(nullptr);
    mbedtls_ssl_config_init(&config);
  }
  ~Impl() { mbedtls_ssl_config_free(&config); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Before the configuration, which points into credentials, so that they go after it.
  const ServerNames names;
  const std::string listener;         // its name
  const UnixSeconds ticket_lifetime;  // since the client proved its key
  const UnixSeconds clock_floor;      // of ClockReading
  const uint64_t publication;         // of no other context of this process
  // protocols are those of ALPN, and a nullptr behind them; mbedTLS keeps the list itself. They
  // point into protocol_names.
  const std::vector<std::string> protocol_names;
  std::vector<const char*> protocols;
  mbedtls_ssl_config config;

 private:
  inline static std::atomic<uint64_t> published{0};
};

}  // namespace pinlatch::tls
