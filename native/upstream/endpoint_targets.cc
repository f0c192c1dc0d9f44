// See endpoint_targets.h.
#include "upstream/endpoint_targets.h"

#include <utility>

#include "http/target.h"
#include "upstream/upstream_security.h"

namespace pinlatch::proxy {
namespace {

Target MakeTarget(const UpstreamRules& rules, const snapshot::Endpoint& endpoint,
                  const io::SocketAddress& address) {
  Target target;
  target.address = address;
  target.name = address.ToString();
  target.authority = AuthorityOf(endpoint);
  target.pool_key = target.name;
  target.server = ServerIdentityOf(rules.upstream, endpoint.host);
  if (rules.security != nullptr) {
    // No address and no number has a space, so that no two targets have one key.
    target.host = endpoint.host;
    target.pool_key +=
        " " + std::to_string(rules.security->context().number()) + " " + target.server.name;
  }
  target.protocol = rules.upstream.protocol;
  target.security = rules.security;
  return target;
}

Targets TargetAt(const UpstreamRules& rules, const snapshot::Endpoint& endpoint,
                 const Result<io::SocketAddress>& address) {
  return address.ok() ? TargetsAt(rules, endpoint, {*address}) : nullptr;
}

}  // namespace

std::string EndpointName(const snapshot::Endpoint& endpoint) {
  if (endpoint.kind == snapshot::Endpoint::Kind::kUnix) return "unix:" + endpoint.path;
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
         std::to_string(endpoint.port);
}

tls::ServerIdentity ServerIdentityOf(const snapshot::Upstream& upstream, const std::string& host) {
  if (!upstream.tls.has_value()) return {};
  const std::string& name = upstream.tls->server_name.empty() ? host : upstream.tls->server_name;
  const auto address = io::SocketAddress::FromIp(name, 0);
  if (address.ok()) return {address->Ip(), true};
  // What resolvers take with a final dot goes into TLS without (RFC 6066 section 3).
  tls::ServerIdentity server{name, false};
  http::DropFinalDot(server.name);
  return server;
}

std::string AuthorityOf(const snapshot::Endpoint& endpoint) {
  const bool is_socket = endpoint.kind == snapshot::Endpoint::Kind::kUnix;
  return is_socket ? "localhost" : EndpointName(endpoint);
}

Targets FixedTargets(const UpstreamRules& rules, const snapshot::Endpoint& endpoint) {
  if (endpoint.kind == snapshot::Endpoint::Kind::kUnix) {
    return TargetAt(rules, endpoint, io::SocketAddress::FromUnixPath(endpoint.path));
  }
  return TargetAt(rules, endpoint, io::SocketAddress::FromIp(endpoint.host, endpoint.port));
}

Targets TargetsAt(const UpstreamRules& rules, const snapshot::Endpoint& endpoint,
                  const std::vector<io::SocketAddress>& addresses) {
  auto targets = std::make_shared<std::vector<Target>>();
  for (const io::SocketAddress& address : addresses) {
    targets->push_back(MakeTarget(rules, endpoint, address));
  }
  return targets;
}

}  // namespace pinlatch::proxy
