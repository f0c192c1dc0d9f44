// Owns what TLS to one upstream takes: settings, trust, the gateway's own certificate, pins.
// Immutable; shared by all workers, and by connections beyond their generation.
#pragma once

#include <memory>
#include <vector>

#include "snapshot/model.h"
#include "tls/client_context.h"
#include "tls/client_session.h"

namespace pinlatch::proxy {

class UpstreamSecurity final : public tls::ServerCheck {
 public:
  UpstreamSecurity(std::shared_ptr<const tls::ClientContext> context,
                   std::vector<snapshot::Pin> pins)
      : context_(std::move(context)), pins_(std::move(pins)) {}

  const tls::ClientContext& context() const { return *context_; }

  // Admits compares every pin, in constant time and without early exit; without pins everything
  // passes. It returns the last second at which no pin has begun or ceased to count. Error:
  // kUpstreamNotPinned.
  Result<UnixSeconds> Admits(const identity::PeerIdentity& certificate,
                             UnixSeconds now) const override;

 private:
  const std::shared_ptr<const tls::ClientContext> context_;
  const std::vector<snapshot::Pin> pins_;
};

}  // namespace pinlatch::proxy
