// Owns one client session of the gateway and the pipes to the service that a test plays.
#pragma once

#include <limits>
#include <memory>
#include <optional>

#include "session/client_context.h"
#include "session/client_session.h"
#include "tls/certificate_maker.h"
#include "tls/memory_stream.h"
#include "tls/shake.h"

namespace pinlatch::test {

// AnyCertificate has no wish beside trust and name.
struct AnyCertificate final : tls::ServerCheck {
  Result<UnixSeconds> Admits(const identity::PeerIdentity& /*certificate*/,
                             UnixSeconds /*now*/) const override {
    return std::numeric_limits<UnixSeconds>::max();
  }
};

// Upstream offers the versions from `least` up, trusts `ca`, expects "localhost" and shows no
// certificate.
struct Upstream {
  Upstream(const Identity& ca, snapshot::TlsVersion least);

  // Step lets the session go on as far as it can.
  tls::SessionProgress Step() { return progress = test::Shake(*session, kNow); }

  Folder folder;
  Pipe to_service;
  Pipe to_gateway;
  MemoryStream gateway_end{to_gateway, to_service};
  MemoryStream service_end{to_service, to_gateway};
  const tls::ServerIdentity server{"localhost", false};
  AnyCertificate check;
  std::shared_ptr<const tls::ClientContext> context;
  std::optional<tls::ClientSession> session;
  tls::SessionProgress progress = tls::SessionProgress::kWantRead;
};

}  // namespace pinlatch::test
