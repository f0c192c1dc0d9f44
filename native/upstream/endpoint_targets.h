// Owns the making of targets: the addresses of an endpoint as connections are made to them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "generation/generation.h"

namespace pinlatch::proxy {

// UpstreamRules is what holds for every endpoint of an upstream. Borrowed for the call.
struct UpstreamRules {
  const snapshot::Upstream& upstream;
  std::shared_ptr<const UpstreamSecurity> security;  // nullptr: no TLS
};

// EndpointName is what an endpoint is called in logs, status and address books: "127.0.0.1:9000",
// "[::1]:80", "crm.internal:80", "unix:/run/x.sock".
std::string EndpointName(const snapshot::Endpoint& endpoint);

// AuthorityOf returns the Host of requests to an endpoint that came without one.
std::string AuthorityOf(const snapshot::Endpoint& endpoint);
// ServerIdentityOf is who an endpoint with this host must prove to be.
tls::ServerIdentity ServerIdentityOf(const snapshot::Upstream& upstream, const std::string& host);
// FixedTargets returns the target of an endpoint that names an address or a socket; nullptr for one
// that has a name to be resolved.
Targets FixedTargets(const UpstreamRules& rules, const snapshot::Endpoint& endpoint);
// TargetsAt returns a target for each address that the endpoint's name leads to.
Targets TargetsAt(const UpstreamRules& rules, const snapshot::Endpoint& endpoint,
                  const std::vector<io::SocketAddress>& addresses);

}  // namespace pinlatch::proxy
