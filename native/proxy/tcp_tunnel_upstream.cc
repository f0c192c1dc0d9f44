// See tcp_tunnel.h. This file: reaching the upstream and telling it who the client is.
#include <cstring>
#include <utility>

#include "identity/name_attributes.h"
#include "proxy/tcp_tunnel.h"
#include "proxy_protocol/write_header.h"

namespace pinlatch::proxy {
namespace {

std::string CommonNameOf(const identity::PeerIdentity* identity) {
  if (identity == nullptr) return {};
  for (identity::DecodedAttribute& attribute : identity::DecodeName(identity->subject)) {
    if (attribute.type == "CN") return std::move(attribute.value);
  }
  return {};
}

}  // namespace

void TcpTunnel::StartConnecting() {
  const UpstreamTargets& reach = generation_->upstreams[route_->upstream];
  const auto endpoints = static_cast<uint32_t>(reach.first_of_endpoint.size());
  next_target_ = reach.first_of_endpoint[worker_.next_endpoint++ % endpoints];
  targets_left_ = static_cast<uint32_t>(reach.targets.size());
  if (!OpenNextTarget()) phase_ = Phase::kUnreachable;
}

// OpenNextTarget goes through the addresses until one starts to connect.
bool TcpTunnel::OpenNextTarget() {
  const std::vector<Target>& targets = generation_->upstreams[route_->upstream].targets;
  while (targets_left_ > 0) {
    const Target& target = targets[next_target_];
    next_target_ = (next_target_ + 1) % static_cast<uint32_t>(targets.size());
    --targets_left_;
    record_.upstream = target.name;
    auto opened = UpstreamConnection::Open(worker_.loop, target);
    if (!opened.ok()) {
      connect_failure_ = target.name + ": " + opened.error().detail;
      continue;
    }
    worker_.counters.upstream_connections_opened.Add();
    connection_ = std::move(opened).value();
    connection_->SetUser(this);
    if (route_->send_proxy_header) AppendProxyHeader(connection_->out());
    connection_->ArmTimer(generation_->snapshot.upstreams[route_->upstream].connect_timeout);
    return true;
  }
  return false;
}

bool TcpTunnel::AdvanceConnecting() {
  const Transfer transfer = connection_->Connect();
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind == Transfer::Kind::kMoved) {
    connection_->DisarmTimer();
    route_ = nullptr;
    generation_.reset();
    phase_ = Phase::kRelaying;
    transport_.AwaitFor(transport_.listener().timeouts.tunnel);
    return true;
  }
  connect_failure_ = record_.upstream + ": " + std::strerror(transfer.system_error);
  connection_.reset();
  if (!OpenNextTarget()) Fail(Error(ErrorCode::kUpstreamConnect, connect_failure_));
  return true;
}

void TcpTunnel::AppendProxyHeader(ByteBuffer& out) const {
  const std::string common_name = CommonNameOf(peer_.identity.get());
  proxy_protocol::ToWrite header;
  header.source = {peer_.address, peer_.remote_port};
  header.destination = {peer_.local_address, peer_.local_port};
  header.authority = peer_.server_name;
  header.unique_id = record_.id;
  header.tls.version = peer_.tls_version == snapshot::TlsVersion::kTls13 ? "TLSv1.3" : "TLSv1.2";
  header.tls.cipher = peer_.cipher;
  header.tls.common_name = common_name;
  header.tls.has_certificate = peer_.identity != nullptr;
  header.tls.resumed = peer_.resumed;
  proxy_protocol::AppendHeader(out, header);
}

void TcpTunnel::OnUpstreamReady(UpstreamConnection&) { transport_.Wake(); }

void TcpTunnel::OnUpstreamTimer(UpstreamConnection&) {
  if (phase_ != Phase::kConnecting) return;
  connection_.reset();
  if (!OpenNextTarget()) {
    Fail(Error(ErrorCode::kUpstreamConnectTimeout,
               record_.upstream + " did not take the connection in time"));
  }
  transport_.Wake();
}

}  // namespace pinlatch::proxy
