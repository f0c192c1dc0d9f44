// Owns what all TLS sessions of one listener share within one generation: protocol settings, the
// server's credential, the trust bundle. Immutable after Create; used by all workers at once.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "snapshot/model.h"
#include "tls/credential.h"
#include "tls/trust_bundle.h"

namespace pinlatch::tls {

class ServerContext {
 public:
  // Create builds the settings. The credential and bundle are shared. Error: kInternal.
  static Result<std::unique_ptr<const ServerContext>> Create(
      const snapshot::Listener& listener, std::shared_ptr<const Credential> credential,
      std::shared_ptr<const TrustBundle> trust);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ServerContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
