// See endpoint_targets.h.
#include "proxy/endpoint_targets.h"

#include <utility>

namespace pinlatch::proxy {
namespace {

// ServerIdentityOf is who an endpoint of the upstream must prove to be.
tls::ServerIdentity ServerIdentityOf(const snapshot::Upstream& upstream,
                                     const snapshot::Endpoint& endpoint) {
  if (!upstream.tls.has_value()) return {};
  const std::string& name =
      upstream.tls->server_name.empty() ? endpoint.host : upstream.tls->server_name;
  const auto address = io::SocketAddress::FromIp(name, 0);
  return address.ok() ? tls::ServerIdentity{address->Ip(), true} : tls::ServerIdentity{name, false};
}

// MakeTarget names the target and its pool.
Target MakeTarget(const io::SocketAddress& address, std::string authority,
                  const snapshot::Upstream& upstream, tls::ServerIdentity server,
                  UpstreamSecurityPtr security) {
  Target target;
  target.address = address;
  target.name = address.ToString();
  target.authority = std::move(authority);
  target.pool_key = target.name;
  if (security != nullptr) {
    // No address and no number has a space, so that no two targets have one key.
    target.pool_key += " " + std::to_string(security->context().number()) + " " + server.name;
  }
  target.protocol = upstream.protocol;
  target.security = std::move(security);
  target.server = std::move(server);
  return target;
}

}  // namespace

std::string AuthorityOf(const snapshot::Endpoint& endpoint) {
  const bool is_socket = endpoint.kind == snapshot::Endpoint::Kind::kUnix;
  return is_socket ? "localhost" : EndpointName(endpoint);
}

UpstreamEndpoint::Targets FixedTargets(const snapshot::Upstream& upstream,
                                       const snapshot::Endpoint& endpoint,
                                       const UpstreamSecurityPtr& security) {
  const auto address = endpoint.kind == snapshot::Endpoint::Kind::kUnix
                           ? io::SocketAddress::FromUnixPath(endpoint.path)
                           : io::SocketAddress::FromIp(endpoint.host, endpoint.port);
  return address.ok() ? TargetsAt(upstream, endpoint, security, {*address}) : nullptr;
}

UpstreamEndpoint::Targets TargetsAt(const snapshot::Upstream& upstream,
                                    const snapshot::Endpoint& endpoint,
                                    const UpstreamSecurityPtr& security,
                                    const std::vector<io::SocketAddress>& addresses) {
  auto targets = std::make_shared<std::vector<Target>>();
  for (const io::SocketAddress& address : addresses) {
    targets->push_back(MakeTarget(address, AuthorityOf(endpoint), upstream,
                                  ServerIdentityOf(upstream, endpoint), security));
  }
  return targets;
}

}  // namespace pinlatch::proxy
