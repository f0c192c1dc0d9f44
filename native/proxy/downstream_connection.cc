// See downstream_connection.h. This file: life, phases and events; downstream_transport.cc has the
// bytes and the timers.
#include "proxy/downstream_connection.h"

#include <algorithm>
#include <utility>

#include "http/head.h"
#include "proxy/access_log.h"

namespace pinlatch::proxy {
namespace {

constexpr int kTurns = 4;  // of one connection before others get theirs
constexpr Milliseconds kLameDuck{1000};

http::HeadLimits HeadLimitsOf(const snapshot::Limits& limits) {
  return {limits.head_bytes, limits.head_fields, limits.target_bytes};
}

}  // namespace

Result<std::unique_ptr<DownstreamConnection>> DownstreamConnection::Create(WorkerContext& worker,
                                                                           Owner& owner,
                                                                           io::Accepted accepted,
                                                                           size_t listener_index) {
  std::unique_ptr<DownstreamConnection> connection(
      new DownstreamConnection(worker, owner, std::move(accepted), listener_index));
  PINLATCH_ASSIGN(connection->session_,
                  tls::ServerSession::Create(*connection->tls_context_, *connection,
                                             worker.verdicts, worker.ticket_keys));
  PINLATCH_TRY(worker.loop.Watch(connection->socket_.fd(), *connection));
  connection->Await(Waiting::kHandshake, connection->listener().timeouts.handshake);
  return connection;
}

DownstreamConnection::DownstreamConnection(WorkerContext& worker, Owner& owner,
                                           io::Accepted accepted, size_t listener_index)
    : worker_(worker),
      owner_(owner),
      socket_(std::move(accepted.socket)),
      generation_(worker.generation),
      listener_index_(static_cast<int>(listener_index)),
      tls_context_(generation_->listeners[listener_index].tls),
      stream_(*this),
      read_timer_(*this),
      write_timer_(*this) {
  peer_.remote_ip = accepted.peer.Ip();
  peer_.remote = accepted.peer.ToString();
  peer_.local_port = socket_.LocalAddress().port();
  peer_.listener_name = generation_->snapshot.listeners[listener_index].name;
  worker_.counters.connections_accepted.Add();
  worker_.counters.connections_open.Add();
  worker_.counters.handshakes_open.Add();
}

DownstreamConnection::~DownstreamConnection() {
  if (exchange_) {  // Cut off, by the drain deadline for one: the log line is still owed.
    exchange_->Abandon(ErrorCode::kDraining);
    LogRequest(worker_, peer_, exchange_->record());
    exchange_.reset();
  }
  if (peer_.identity) {
    worker_.recent_clients.Left(peer_, worker_.wall_now());
  }
  if (!handshake_over_) worker_.counters.handshakes_open.Subtract();
  worker_.loop.Unwatch(socket_.fd());
  worker_.counters.connections_open.Subtract();
}

void DownstreamConnection::OnPublish() {
  const int index = worker_.generation->ListenerIndex(peer_.listener_name);
  if (index < 0)
    return OnDrain();  // The listener is gone; the last request is decided by the generation that
                       // had it.
  generation_ = worker_.generation;
  listener_index_ = index;
}

void DownstreamConnection::OnDrain() {
  if (phase_ == Phase::kHead && in_.empty()) Await(Waiting::kIdle, kLameDuck);
}

void DownstreamConnection::Advance() {
  bool again = true;
  for (int turn = 0; again && phase_ != Phase::kClosed; ++turn) {
    if (turn == kTurns) {
      worker_.loop.RunSoon(*this);
      break;
    }
    switch (phase_) {
      case Phase::kHandshake:
        again = AdvanceHandshake();
        break;
      case Phase::kHead:
        again = AdvanceHead();
        break;
      case Phase::kExchange:
        again = AdvanceOneExchange();
        break;
      case Phase::kLinger:
        again = AdvanceLinger();
        break;
      case Phase::kClosed:
        break;
    }
  }
  if (phase_ == Phase::kClosed) return owner_.OnClosed(*this);
  Rest();
}

// Rest gives back every buffer with nothing in it. What was received ahead moves out of the
// worker's, which the next connection fills.
void DownstreamConnection::Rest() {
  if (!fresh_.empty()) ahead_.Append(std::exchange(fresh_, {}));
  ahead_.ReleaseIfEmpty();
  in_.ReleaseIfEmpty();
  out_.ReleaseIfEmpty();
  session_->Rest();
}

bool DownstreamConnection::AdvanceHandshake() {
  switch (session_->Handshake(worker_.wall_now())) {
    case tls::ServerSession::Progress::kWantRead:
    case tls::ServerSession::Progress::kWantWrite:
      return false;
    case tls::ServerSession::Progress::kFailed:
      RefuseHandshake(session_->error());
      return true;
    case tls::ServerSession::Progress::kDone:
      break;
  }
  HandshakeOver();
  worker_.counters.handshakes_completed.Add();
  const tls::HandshakeFacts& facts = session_->facts();
  peer_.tls_version = facts.version;
  peer_.cipher = facts.cipher;
  peer_.server_name = facts.server_name;
  peer_.resumed = facts.resumed;
  if (facts.resumed) worker_.counters.handshakes_resumed.Add();
  peer_.identity = session_->peer();
  if (peer_.identity) {
    worker_.recent_clients.Arrived(peer_, worker_.wall_now());
  }
  phase_ = Phase::kHead;
  const Status welcome = worker_.live_peers.Welcome(peer_, session_->acceptance(), standing_);
  if (!welcome.ok()) {  // Trust changed during the handshake.
    Evict(welcome.error());
    CloseOrderly();
    return true;
  }
  Await(Waiting::kIdle, draining() ? kLameDuck : listener().timeouts.idle);
  return true;
}

void DownstreamConnection::HandshakeOver() {
  handshake_over_ = true;
  worker_.counters.handshakes_open.Subtract();
  owner_.OnHandshakeOver();
}

void DownstreamConnection::RefuseHandshake(const Error& error) {
  HandshakeOver();
  worker_.counters.handshakes_failed.Add();
  peer_.server_name = session_->facts().server_name;
  LogTlsFailure(worker_, peer_,
                {"handshake-refused", error, session_->sent_alert(), session_->received_alert(),
                 session_->refused_peer().get()});
  // The alert is on its way: closing now could destroy it, so the client gets time to read it.
  Linger();
}

bool DownstreamConnection::AdvanceHead() {
  auto end = http::FindHeadEnd(in_.readable(), head_scanned_, HeadLimitsOf(listener().limits));
  if (!end.ok()) {
    BeginRefusal(std::move(end).error());
    return true;
  }
  if (*end > 0) {
    if (MayStay()) {
      BeginExchange(*end);
    } else {
      CloseOrderly();
    }
    return true;
  }
  const bool was_empty = in_.empty();
  const Transfer transfer = FillIn();
  switch (transfer.kind) {
    case Transfer::Kind::kMoved:
      if (was_empty) Await(Waiting::kHead, listener().timeouts.head);
      return true;
    case Transfer::Kind::kWouldBlock:
      return false;
    case Transfer::Kind::kEnd:
      CloseOrderly();
      return true;
    case Transfer::Kind::kFailed:
      LogBrokenConnection();
      phase_ = Phase::kClosed;
      return false;
  }
  return false;
}

// A client that goes away between two requests is no event; one that breaks the protocol is.
void DownstreamConnection::LogBrokenConnection() {
  if (session_->error().code != ErrorCode::kTlsRecord) return;
  LogTlsFailure(worker_, peer_,
                {"connection-broken", session_->error(), session_->sent_alert(),
                 session_->received_alert(), nullptr});
}

void DownstreamConnection::BeginExchange(size_t head_length) {
  http::RequestHead& head = worker_.request_head;
  Status parsed = http::ParseRequestHead(in_.text().substr(0, head_length),
                                         HeadLimitsOf(listener().limits), head);
  if (!parsed.ok()) return BeginRefusal(std::move(parsed).error());
  Await(Waiting::kNothing, {});
  head_scanned_ = 0;
  phase_ = Phase::kExchange;
  // The head's views point into in_: Begin copies what it keeps, and no body is pulled before it
  // returns.
  stream_.Start(head, head_length);
  exchange_ = std::make_unique<Exchange>(worker_, stream_, peer_);
  exchange_->Begin(head);
  // Nothing points into the head any more: without a body its memory can go.
  if (stream_.request_complete()) stream_.Finish();
}

void DownstreamConnection::BeginRefusal(Error error) {
  Await(Waiting::kNothing, {});
  head_scanned_ = 0;
  in_.Clear();
  phase_ = Phase::kExchange;
  stream_.StartRefused();
  exchange_ = std::make_unique<Exchange>(worker_, stream_, peer_);
  exchange_->Refuse(std::move(error));
}

bool DownstreamConnection::AdvanceOneExchange() {
  const bool moved = exchange_->Advance();
  const size_t waiting = out_.size();
  if (!stream_.aborted() && !FlushOut()) {
    exchange_->Abandon(ErrorCode::kClientClosed);
    out_.Clear();
  }
  if (!exchange_->finished()) WatchForVanishedClient();
  if (exchange_->finished()) return (out_.empty() || stream_.aborted()) && FinishExchange();
  WatchBodyPace();
  return moved || out_.size() < waiting;
}

bool DownstreamConnection::FinishExchange() {
  stream_.Finish();
  LogRequest(worker_, peer_, exchange_->record());
  const bool cut = stream_.aborted() || exchange_->record().error_is(ErrorCode::kClientClosed);
  exchange_.reset();
  Await(Waiting::kNothing, {});
  if (cut) {
    worker_.loop.Unwatch(socket_.fd());
    socket_.CloseWithReset();
    phase_ = Phase::kClosed;
    return true;
  }
  if (!stream_.keep_alive() || read_closed_ || eviction_) {
    CloseOrderly();
    return true;
  }
  phase_ = Phase::kHead;
  Await(in_.empty() ? Waiting::kIdle : Waiting::kHead,
        in_.empty() ? listener().timeouts.idle : listener().timeouts.head);
  return true;
}

// A client that goes away while its request is being served frees the upstream at once. One that
// ended its side in an orderly way (close_notify) still gets its response.
void DownstreamConnection::WatchForVanishedClient() {
  if (!hangup_ || read_closed_ || !stream_.request_complete() ||
      in_.size() >= listener().limits.head_bytes)
    return;
  const Transfer transfer = FillIn();
  if (transfer.kind == Transfer::Kind::kEnd) read_closed_ = true;
  if (transfer.kind != Transfer::Kind::kFailed) return;
  exchange_->Abandon(ErrorCode::kClientClosed);
  out_.Clear();
}

const snapshot::Listener& DownstreamConnection::listener() const {
  return generation_->snapshot.listeners[static_cast<size_t>(listener_index_)];
}

bool DownstreamConnection::draining() const {
  return worker_.draining || eviction_ ||
         worker_.generation->ListenerIndex(peer_.listener_name) < 0;
}

}  // namespace pinlatch::proxy
