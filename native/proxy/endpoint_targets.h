// Owns the making of targets: the addresses of an endpoint as connections are made to them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/upstream_endpoint.h"
#include "proxy/upstream_security.h"

namespace pinlatch::proxy {

using UpstreamSecurityPtr = std::shared_ptr<const UpstreamSecurity>;  // nullptr: no TLS

// AuthorityOf returns the Host of requests to an endpoint that came without one.
std::string AuthorityOf(const snapshot::Endpoint& endpoint);
// FixedTargets returns the target of an endpoint that names an address or a socket; nullptr for one
// that has a name to be resolved.
UpstreamEndpoint::Targets FixedTargets(const snapshot::Upstream& upstream,
                                       const snapshot::Endpoint& endpoint,
                                       const UpstreamSecurityPtr& security);
// TargetsAt returns a target for each address that the endpoint's name leads to.
UpstreamEndpoint::Targets TargetsAt(const snapshot::Upstream& upstream,
                                    const snapshot::Endpoint& endpoint,
                                    const UpstreamSecurityPtr& security,
                                    const std::vector<io::SocketAddress>& addresses);

}  // namespace pinlatch::proxy
