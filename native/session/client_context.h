// Owns what all TLS sessions to one upstream share within one generation: protocol settings, the
// gateway's own certificate, the trust bundle that judges the upstream's. Immutable after Create;
// used by all workers at once.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "keys/own_credential.h"
#include "snapshot/model.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

class ClientContext {
 public:
  // Create builds the settings. `bundle` judges the upstream's certificate; there is no way to do
  // without. `credential` may be nullptr: no certificate is offered; which is shown goes by the
  // clock, which is wrong below `clock_floor`. `protocol` is the one that is offered by ALPN, such
  // as "http/1.1"; static text. Error: kInternal.
  static Result<std::shared_ptr<const ClientContext>> Create(
      snapshot::TlsVersion min_version, std::shared_ptr<const TrustBundle> bundle,
      OwnCredential credential, const char* protocol,
      UnixSeconds clock_floor = ClockReading::kNoFloor);
  ~ClientContext();
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;

  // number is unique to this context in this process.
  uint64_t number() const;
  // trust judges the upstream's certificate.
  const TrustBundle& trust() const;
  snapshot::TlsVersion min_version() const;
  // clock_floor is that of ClockReading.
  UnixSeconds clock_floor() const;
  // credential is the gateway's own; without one its own() is nullptr.
  const OwnCredential& credential() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ClientContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::tls
