// Owns what all TLS sessions of one listener share within one generation: protocol settings, the
// server's credentials, what is asked of clients by server name. Immutable after Create; used by
// all workers at once.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "keys/own_credential.h"
#include "session/server_names.h"
#include "snapshot/model.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

class ServerContext {
 public:
  // Create builds the settings. `credentials` are those of the listener's certificates, in their
  // order; `bundles` have the indices of Snapshot::trust. Both are shared. Which credential is
  // presented goes by the clock, which is wrong below `clock_floor`. Errors: kAuthoritiesTooMany
  // (with `at`), kInternal.
  static Result<std::unique_ptr<const ServerContext>> Create(
      const snapshot::Listener& listener, const snapshot::Tickets& tickets,
      const Credentials& credentials, std::span<const std::shared_ptr<const TrustBundle>> bundles,
      UnixSeconds clock_floor = ClockReading::kNoFloor);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  // ContextOf is what is asked of clients of a server name or HTTP host, canonical; "" is none.
  const TrustContext& ContextOf(std::string_view name) const;
  // credentials are those of the listener's certificates, in their order.
  const Credentials& credentials() const;
  // Refuses says that a client which asks for this name is to be turned away.
  bool Refuses(std::string_view name) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ServerContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
