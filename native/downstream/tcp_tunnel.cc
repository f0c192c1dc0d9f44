// See tcp_tunnel.h. This file: judging, bytes both ways, and the end.
#include "downstream/tcp_tunnel.h"

#include <utility>

#include "exchange/pin_record.h"
#include "exchange/principal.h"
#include "log/access_log.h"
#include "log/security_log.h"
#include "policy/judge.h"

namespace pinlatch::proxy {
namespace {

// What may wait for a side that does not take it, each way; then the other is not read.
constexpr size_t kMostWaiting = size_t{32} * 1024;
constexpr size_t kPiece = size_t{16} * 1024;

// A connection asks for its server name alone, which the peer has.
constexpr policy::Ask kAsk{.is_connection = true};

}  // namespace

TcpTunnel::TcpTunnel(DownstreamTransport& transport)
    : transport_(transport),
      worker_(transport.worker()),
      peer_(transport.peer()),
      record_memory_(worker_.records.Take()),
      record_(*record_memory_),
      generation_(worker_.generation) {
  worker_.request_ids.Next(record_.id);
  record_.started = worker_.loop.now();
  record_.started_unix_ms = LogStampNow();
  worker_.counters.tunnels.Add();
  worker_.counters.tunnels_open.Add();
  transport_.AwaitNothing();  // the handshake's
  Status admitted = Admit();
  if (admitted.ok()) {
    StartConnecting();
    return;
  }
  worker_.counters.requests_denied.Add();
  record_.error = std::move(admitted).error();
  phase_ = Phase::kRefused;
}

TcpTunnel::~TcpTunnel() {
  if (phase_ != Phase::kEnded) {  // cut off, by the drain deadline for one
    if (!record_.error) record_.error = Error(ErrorCode::kDraining);
    LogTunnel(worker_, peer_, record_, "cut");
  }
  worker_.records.Give(std::move(record_memory_));
  worker_.counters.tunnels_open.Subtract();
}

Status TcpTunnel::Admit() {
  if (!transport_.MayStay()) return ErrorCode::kNotPinned;
  const int listener = generation_->ListenerIndex(peer_.listener_name);
  if (listener < 0) return Error(ErrorCode::kDraining, "the listener is no longer configured");
  const snapshot::Snapshot& snapshot = generation_->snapshot;
  const UnixSeconds now = worker_.wall_now();
  policy::Judgement judgement =
      policy::Judge(generation_->listeners[static_cast<size_t>(listener)].policy, kAsk,
                    PrincipalOf(peer_, *generation_, now), generation_->ClockAt(now));
  record_.evidence = std::move(judgement.evidence);
  if (judgement.route) {
    route_ = &snapshot.tcp_routes[*judgement.route];
    record_.route = route_->name;
  }
  if (judgement.client) record_.client = snapshot.clients[*judgement.client].name;
  if (judgement.refusal) return *std::move(judgement.refusal);
  record_.admitted = true;
  judged_in_ = worker_.live_peers.epoch();
  upstream_ = snapshot.upstreams[route_->upstream].name;
  if (judgement.client) RecordPinUse(worker_, peer_, *generation_, *judgement.client, now);
  return {};
}

// JudgeAgain asks whether the connection would be admitted now, to where it is.
policy::Judgement TcpTunnel::JudgeAgain() {
  const Generation& generation = *worker_.generation;
  const int listener = generation.ListenerIndex(peer_.listener_name);
  if (listener < 0) {
    policy::Judgement judgement;
    judgement.refusal = Error(ErrorCode::kDraining, "the listener is no longer configured");
    return judgement;
  }
  const UnixSeconds now = worker_.wall_now();
  return policy::JudgeAgain(generation.listeners[static_cast<size_t>(listener)].policy, kAsk,
                            {record_.route, upstream_, {}}, PrincipalOf(peer_, generation, now),
                            generation.ClockAt(now));
}

// A request would be judged again by the rules that have come; a tunnel is, while it lasts.
bool TcpTunnel::OnReexamined() {
  if (phase_ == Phase::kEnded || phase_ == Phase::kRefused) return false;
  judged_in_ = worker_.live_peers.epoch();
  policy::Judgement judgement = JudgeAgain();
  if (judgement.admitted()) return false;
  record_.error = *std::move(judgement.refusal);
  record_.evidence = std::move(judgement.evidence);
  CountEviction(worker_.counters, record_.error->code);
  LogEviction(worker_, peer_, *record_.error, false);
  End("evicted", Closing::kReset);
  return true;
}

// Confirm is asked before anything is begun that may have waited. It ends what was admitted at an
// earlier moment and would not be now, without waiting for its connection's turn to be examined.
bool TcpTunnel::Confirm() {
  if (judged_in_ == worker_.live_peers.epoch()) return true;
  if (transport_.MayStay()) return !OnReexamined();
  OnGraceOver(transport_.eviction_reason());
  return false;
}

bool TcpTunnel::Advance() {
  switch (phase_) {
    case Phase::kQueued:
      if (choice_.waiting()) return false;
      GoOn();
      return true;
    case Phase::kConnecting:
      return AdvanceConnecting();
    case Phase::kRelaying:
      return Relay();
    case Phase::kRefused:
      End("refused", Closing::kDenied);
      return true;
    case Phase::kUnreachable:
      Fail(choice_.failure());
      return true;
    case Phase::kEnded:
      return false;
  }
  return false;
}

bool TcpTunnel::Relay() {
  bool moved = PullFromClient();
  if (phase_ == Phase::kRelaying) moved |= PushToUpstream();
  if (phase_ == Phase::kRelaying) moved |= PullFromUpstream();
  if (phase_ == Phase::kRelaying) moved |= PushToClient();
  if (phase_ != Phase::kRelaying || FinishWhenBothEnded()) return true;
  if (moved) transport_.AwaitFor(transport_.listener().timeouts.tunnel_idle);
  return moved;
}

bool TcpTunnel::PullFromClient() {
  if (client_ended_ || upstream_deaf_ || connection_->out().size() >= kMostWaiting) return false;
  const Transfer transfer = transport_.FillIn();
  switch (transfer.kind) {
    case Transfer::Kind::kMoved: {
      ByteBuffer& in = transport_.in();
      connection_->out().Append(in.readable());
      record_.bytes_in += in.size();
      in.Clear();
      return true;
    }
    case Transfer::Kind::kWouldBlock:
      return false;
    case Transfer::Kind::kEnd:
      client_ended_ = true;
      client_ended_first_ = !upstream_ended_;
      return true;
    case Transfer::Kind::kFailed:
      LoseClient(Closing::kBroken);
      return true;
  }
  return false;
}

// An upstream that takes no more may have said why: what it sent is read to its end.
bool TcpTunnel::PushToUpstream() {
  const Transfer transfer = connection_->Flush();
  if (transfer.kind == Transfer::Kind::kFailed) {
    connection_->out().Release();
    upstream_deaf_ = told_upstream_ = true;
    return true;
  }
  if (client_ended_ && !told_upstream_ && connection_->out().empty()) {
    connection_->ShutdownWrite();
    told_upstream_ = true;
    return true;
  }
  return transfer.kind == Transfer::Kind::kMoved;
}

bool TcpTunnel::PullFromUpstream() {
  if (upstream_ended_ || transport_.out().size() >= kMostWaiting) return false;
  const Transfer transfer = connection_->Fill(kPiece);
  switch (transfer.kind) {
    case Transfer::Kind::kMoved: {
      ByteBuffer& in = connection_->in();
      transport_.out().Append(in.readable());
      record_.bytes_out += in.size();
      in.Clear();
      return true;
    }
    case Transfer::Kind::kWouldBlock:
      return false;
    case Transfer::Kind::kEnd:
      upstream_ended_ = true;
      return true;
    case Transfer::Kind::kFailed:
      Fail(Error(ErrorCode::kUpstreamReset, record_.upstream + " reset the connection"));
      return true;
  }
  return false;
}

bool TcpTunnel::PushToClient() {
  const size_t waiting = transport_.out().size();
  if (!transport_.FlushOut()) {
    LoseClient(Closing::kReset);
    return true;
  }
  if (upstream_ended_ && !told_client_ && transport_.out().empty()) {
    told_client_ = transport_.EndOut();
    return told_client_;
  }
  return transport_.out().size() < waiting;
}

bool TcpTunnel::FinishWhenBothEnded() {
  if (!told_upstream_ || !told_client_) return false;
  End(client_ended_first_ ? "client-ended" : "upstream-ended", Closing::kOrderly);
  return true;
}

// Without close_notify nobody knows whether these were all the bytes: the upstream must not take
// them for a whole.
void TcpTunnel::LoseClient(Closing how) {
  record_.error = Error(ErrorCode::kClientClosed);
  End("client-closed", how);
}

// Before the first byte nothing is lost, and an orderly end says so.
void TcpTunnel::Fail(Error error) {
  worker_.counters.requests_failed.Add();
  record_.error = std::move(error);
  End("upstream-failed", phase_ == Phase::kRelaying ? Closing::kReset : Closing::kOrderly);
}

void TcpTunnel::End(std::string_view reason, Closing how) {
  phase_ = Phase::kEnded;
  if (connection_ && how != Closing::kOrderly) connection_->CutOff();
  connection_.reset();
  choice_.Leave();
  LogTunnel(worker_, peer_, record_, reason);
  switch (how) {
    case Closing::kOrderly:
      return transport_.CloseOrderly();
    case Closing::kReset:
      return transport_.CloseWithReset();
    case Closing::kDenied:
      return transport_.CloseDenied();
    case Closing::kBroken:
      return transport_.CloseBroken();
  }
}

void TcpTunnel::OnReadTimer() {
  if (phase_ != Phase::kRelaying) return;
  record_.error = Error(ErrorCode::kIdleTimeout);
  End("idle", Closing::kOrderly);
}

void TcpTunnel::OnWriteTimeout() {
  if (phase_ == Phase::kEnded) return;
  record_.error = Error(ErrorCode::kWriteTimeout);
  End("client-stalled", Closing::kReset);
}

void TcpTunnel::OnEvicted() {
  if (phase_ != Phase::kEnded) End("evicted", Closing::kReset);
}

void TcpTunnel::OnGraceOver(ErrorCode reason) {
  if (phase_ == Phase::kEnded) return;
  record_.error = Error(reason);
  End("evicted", Closing::kReset);
}

void TcpTunnel::Rest() {
  if (connection_) connection_->in().ReleaseIfEmpty();
}

}  // namespace pinlatch::proxy
