// See tcp_tunnel.h. This file: reaching the upstream and telling it who the client is.
#include <utility>

#include "cluster/balancer.h"
#include "downstream/tcp_tunnel.h"
#include "identity/name_attributes.h"
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
  choice_.Begin(worker_.clusters.At(route_->upstream), HashKey());
  GoOn();
}

// HashKey is what the upstream's policy hashes: there is no header to hash.
std::optional<uint64_t> TcpTunnel::HashKey() const {
  const snapshot::Balancing& balancing =
      generation_->snapshot.upstreams[route_->upstream].balancing;
  const bool by_identity =
      balancing.policy == snapshot::BalancePolicy::kHash && balancing.hash_header.empty();
  if (!by_identity || peer_.identity == nullptr) return std::nullopt;
  return HashOf(AsText(peer_.identity->sha256));
}

// GoOn tries what is next, or leaves it to Advance to say that nothing is left.
void TcpTunnel::GoOn() {
  if (!Confirm()) return;
  if (!OpenNextTarget()) phase_ = choice_.waiting() ? Phase::kQueued : Phase::kUnreachable;
}

// OpenNextTarget goes through the addresses until one starts to connect.
bool TcpTunnel::OpenNextTarget() {
  while (const Target* target = choice_.Next()) {
    record_.upstream = target->name;
    record_.attempts = choice_.attempts();
    auto opened = UpstreamConnection::Open(worker_, *target);
    if (!opened.ok()) {
      choice_.Unreachable(Error(opened.error().code, target->name + ": " + opened.error().detail));
      continue;
    }
    worker_.counters.upstream_connections_opened.Add();
    connection_ = std::move(opened).value();
    connection_->SetUser(this);
    if (route_->send_proxy_header) AppendProxyHeader(connection_->out());
    connection_->ArmTimer(generation_->snapshot.upstreams[route_->upstream].connect_timeout);
    phase_ = Phase::kConnecting;
    return true;
  }
  return false;
}

bool TcpTunnel::AdvanceConnecting() {
  const Transfer transfer = connection_->Connect();
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind == Transfer::Kind::kMoved) {
    if (!Confirm()) return true;
    connection_->DisarmTimer();
    choice_.Reached();
    route_ = nullptr;
    generation_.reset();
    phase_ = Phase::kRelaying;
    transport_.AwaitFor(transport_.listener().timeouts.tunnel_idle);
    return true;
  }
  const Error& error = connection_->error();
  choice_.Unreachable(Error(error.code, record_.upstream + ": " + error.detail));
  connection_.reset();
  GoOn();
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

void TcpTunnel::OnEndpointTurn() { transport_.Wake(); }

void TcpTunnel::OnUpstreamTimer(UpstreamConnection&) {
  if (phase_ != Phase::kConnecting) return;
  connection_.reset();
  choice_.Unreachable(Error(ErrorCode::kUpstreamConnectTimeout,
                            record_.upstream + " did not accept the connection in time"));
  GoOn();
  transport_.Wake();
}

}  // namespace pinlatch::proxy
