// See downstream_connection.h. This file: what is said before TLS, and whose connection it is.
#include "downstream/downstream_connection.h"
#include "match/network_match.h"
#include "proxy_protocol/address_text.h"

namespace pinlatch::proxy {
namespace {

std::string TextOf(const proxy_protocol::Endpoint& endpoint) {
  const std::string ip = proxy_protocol::AddressText(endpoint.address);
  const bool bracketed = endpoint.address.size == 16;
  return (bracketed ? "[" + ip + "]" : ip) + ":" + std::to_string(endpoint.port);
}

}  // namespace

void DownstreamConnection::PreparePreamble() {
  const snapshot::Front& front = listener().front;
  if (!Preamble::IsNeeded(front, peer_.address.span())) return;
  preamble_ = std::make_unique<Preamble>(front, peer_.address.span());
  counts_for_proxy_ = policy::IsWithinAny(front.proxy_from, peer_.address.span());
}

// AdvancePreamble says whether TLS may begin. What follows the preamble stays in ahead_, where the
// session finds it.
bool DownstreamConnection::AdvancePreamble() {
  while (true) {
    const bool of_proxy = preamble_->awaits_header();
    const Result<Preamble::Step> step = preamble_->Advance(ahead_.readable());
    if (!step.ok()) {
      RefuseHandshake(step.error());
      return false;
    }
    ahead_.Consume(step->consumed);
    has_spoken_ |= step->consumed > 0 && !of_proxy;
    // A socket that takes no byte at the start of its life is broken.
    if (!step->answer.empty() && Write(AsBytes(step->answer)).kind != Transfer::Kind::kMoved) {
      RefuseHandshake(Error(ErrorCode::kHandshakeAborted));
      return false;
    }
    if (step->then == Preamble::Step::Then::kTls) return FinishPreamble();
    if (step->then == Preamble::Step::Then::kGoOn) {
      StepForward();
      continue;
    }
    const Transfer transfer = Receive(worker_.received);
    if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
    if (transfer.kind != Transfer::Kind::kMoved) {
      RefuseHandshake(Error(ErrorCode::kHandshakeAborted));
      return false;
    }
    ahead_.Append(ByteSpan(worker_.received).first(transfer.count));
  }
}

// From here on the client is whom the proxy speaks for, also for the limits of its address.
bool DownstreamConnection::FinishPreamble() {
  if (const proxy_protocol::Endpoint* client = preamble_->client()) {
    peer_.via = peer_.remote;
    peer_.address = client->address;
    peer_.remote_port = client->port;
    peer_.remote_ip = proxy_protocol::AddressText(client->address);
    peer_.remote = TextOf(*client);
  }
  const bool is_counted = counts_for_proxy_ && preamble_->client() != nullptr;
  preamble_.reset();
  StepForward();
  if (!is_counted || worker_.addresses.Admit(listener(), peer_.address, lease_)) return true;
  HandshakeOver();
  CloseWithReset();
  return false;
}

void DownstreamConnection::RecogniseProxy() {
  peer_.is_trusted_proxy =
      policy::IsWithinAny(listener().front.forwarded_from, peer_.address.span());
}

}  // namespace pinlatch::proxy
