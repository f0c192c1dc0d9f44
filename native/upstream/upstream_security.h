// Owns what TLS to one upstream takes: settings, trust, the gateway's own certificate, pins.
// Immutable; shared by all workers, and by connections beyond their generation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "session/client_context.h"
#include "session/client_session.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

class UpstreamSecurity final : public tls::ServerCheck {
 public:
  // Names are those in the configuration.
  struct Names {
    std::string upstream;
    std::string trust;
  };

  UpstreamSecurity(std::shared_ptr<const tls::ClientContext> context,
                   std::vector<snapshot::Pin> pins, Names names = {})
      : context_(std::move(context)), pins_(std::move(pins)), names_(std::move(names)) {}

  const tls::ClientContext& context() const { return *context_; }
  // upstream and trust are the names, in the configuration that they are of, by which it is found
  // again in another.
  const std::string& upstream() const { return names_.upstream; }
  const std::string& trust() const { return names_.trust; }

  // Admits compares every pin, in constant time and without early exit; without pins everything
  // passes. It returns the last second at which no pin has begun or ceased to count. Error:
  // kUpstreamNotPinned.
  Result<UnixSeconds> Admits(const identity::PeerIdentity& certificate,
                             UnixSeconds now) const override;

 private:
  const std::shared_ptr<const tls::ClientContext> context_;
  const std::vector<snapshot::Pin> pins_;
  const Names names_;
};

}  // namespace pinlatch::proxy
