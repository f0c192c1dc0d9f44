// See endpoint_targets.h.
#include "proxy/endpoint_targets.h"

#include <memory>
#include <string>

namespace pinlatch::proxy {
namespace {

UpstreamEndpoint::Targets TargetAt(const snapshot::Endpoint& endpoint,
                                   const Result<io::SocketAddress>& address) {
  return address.ok() ? TargetsAt(endpoint, {*address}) : nullptr;
}

}  // namespace

std::string AuthorityOf(const snapshot::Endpoint& endpoint) {
  const bool is_socket = endpoint.kind == snapshot::Endpoint::Kind::kUnix;
  return is_socket ? "localhost" : EndpointName(endpoint);
}

UpstreamEndpoint::Targets FixedTargets(const snapshot::Endpoint& endpoint) {
  if (endpoint.kind == snapshot::Endpoint::Kind::kUnix) {
    return TargetAt(endpoint, io::SocketAddress::FromUnixPath(endpoint.path));
  }
  return TargetAt(endpoint, io::SocketAddress::FromIp(endpoint.host, endpoint.port));
}

UpstreamEndpoint::Targets TargetsAt(const snapshot::Endpoint& endpoint,
                                    const std::vector<io::SocketAddress>& addresses) {
  auto targets = std::make_shared<std::vector<Target>>();
  for (const io::SocketAddress& address : addresses) {
    targets->push_back({address, address.ToString(), AuthorityOf(endpoint)});
  }
  return targets;
}

}  // namespace pinlatch::proxy
