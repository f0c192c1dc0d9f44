// Owns UpstreamPeer: who a connection over TLS leads to, what that rests on, and whether it still
// holds. Plain data, part of the connection; LiveUpstreams writes what it finds.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/linked_list.h"
#include "generation/generation.h"
#include "record/right_to_stay.h"
#include "snapshot/model.h"
#include "verdict/server_identity.h"
#include "verdict/server_proof.h"

namespace pinlatch::proxy {

struct UpstreamPeer {
  // Owner is told when `distrust` has got a reason. It may not destroy the peer before it returns.
  class Owner {
   public:
    virtual void OnDistrusted() = 0;

   protected:
    ~Owner() = default;
  };

  UpstreamPeer(const Target& target, Owner& whose)
      : owner(whose),
        security(target.security),
        endpoint(target.name),
        host(target.host),
        server(target.server) {}

  Owner& owner;
  const std::shared_ptr<const UpstreamSecurity> security;  // that the connection was made under
  const std::string endpoint;                              // its address, for logs
  const std::string host;                                  // that the configuration names
  tls::ServerIdentity server;                              // whom it has proved to be

  // From the end of the handshake on.
  std::shared_ptr<const tls::ServerProof> proof;  // nullptr: the handshake is not over
  snapshot::TlsVersion tls_version = snapshot::TlsVersion::kTls12;
  uint64_t rules = 0;  // the security that its right to stay is by (ClientContext::number)
  RightToStay right;
  std::optional<Error> distrust;  // why it would not be accepted now
  Links<UpstreamPeer> links;
};

}  // namespace pinlatch::proxy
