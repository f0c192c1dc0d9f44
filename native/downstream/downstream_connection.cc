// See downstream_connection.h. This file: life, phases and events; downstream_transport.cc has the
// bytes and the timers.
#include "downstream/downstream_connection.h"

#include <utility>

#include "downstream/http1_connection.h"
#include "downstream/http2_connection.h"
#include "downstream/plain_http.h"
#include "downstream/tcp_tunnel.h"
#include "log/security_log.h"
#include "upstream/signature_wait.h"

namespace pinlatch::proxy {
namespace {

constexpr int kTurns = 4;  // of one connection before others get theirs

}  // namespace

Result<std::unique_ptr<DownstreamConnection>> DownstreamConnection::Create(WorkerContext& worker,
                                                                           Owner& owner,
                                                                           Arrival arrival) {
  std::unique_ptr<DownstreamConnection> connection(
      new DownstreamConnection(worker, owner, std::move(arrival)));
  PINLATCH_ASSIGN(connection->session_,
                  tls::ServerSession::Create(*connection->tls_context_, *connection,
                                             worker.verdicts, worker.ticket_keys));
  PINLATCH_TRY(worker.loop.Watch(connection->socket_.fd(), *connection));
  worker.loop.timers().Arm(connection->write_timer_, connection->listener().timeouts.handshake);
  connection->AwaitFirstByte();
  return connection;
}

DownstreamConnection::DownstreamConnection(WorkerContext& worker, Owner& owner, Arrival arrival)
    : socket_(std::move(arrival.accepted.socket)),
      worker_(worker),
      owner_(owner),
      generation_(worker.generation),
      listener_(&generation_->snapshot.listeners[arrival.listener_index]),
      tls_context_(generation_->listeners[arrival.listener_index].tls),
      lease_(std::move(arrival.lease)),
      read_timer_(*this),
      write_timer_(*this) {
  const io::SocketAddress& remote = arrival.accepted.peer;
  peer_.remote_ip = remote.Ip();
  peer_.remote = remote.ToString();
  peer_.remote_port = remote.port();
  peer_.address = remote.Octets();
  const io::SocketAddress local = socket_.LocalAddress();
  peer_.local_port = local.port();
  peer_.local_address = local.Octets();
  peer_.listener_name = listener().name;
  peer_.listener_number = static_cast<uint16_t>(arrival.listener_index);
  PreparePreamble();
  Take(arrival.places, worker_.loop.now());
  worker_.counters.connections_accepted.Add();
  worker_.counters.connections_open.Add();
  worker_.counters.handshakes_open.Add();
}

DownstreamConnection::~DownstreamConnection() {
  has_turn_ = true;   // its place is still in the queue
  protocol_.reset();  // its log lines need the peer
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
  listener_ = &generation_->snapshot.listeners[static_cast<size_t>(index)];
  RecogniseProxy();
}

void DownstreamConnection::OnDrain() {
  if (phase_ == Phase::kServing) protocol_->OnDrain();
  // Nothing has come yet of this part of the handshake.
  if (phase_ == Phase::kHandshake && read_timer_.armed()) AwaitFirstByte();
}

void DownstreamConnection::Advance() {
  const bool had_turn = std::exchange(has_turn_, true);
  AdvancePhases();
  if (phase_ == Phase::kClosed) return owner_.OnClosed(*this);
  has_turn_ = had_turn;
  Settle();
  Rest();
}

void DownstreamConnection::AdvancePhases() {
  bool again = true;
  for (int turn = 0; again && phase_ != Phase::kClosed; ++turn) {
    if (turn == kTurns) {
      worker_.loop.RunSoon(*this);
      break;
    }
    again = AdvancePhase();
  }
}

bool DownstreamConnection::AdvancePhase() {
  switch (phase_) {
    case Phase::kHandshake:
      return AdvanceHandshake();
    case Phase::kServing:
      return protocol_->Advance();
    case Phase::kLinger:
      return AdvanceLinger();
    case Phase::kClosed:
      return false;
  }
  return false;
}

// Rest gives back every buffer with nothing in it. What was received ahead moves out of the
// worker's, which the next connection fills.
void DownstreamConnection::Rest() {
  if (protocol_) protocol_->Rest();
  if (!fresh_.empty()) ahead_.Append(std::exchange(fresh_, {}));
  ahead_.ReleaseIfEmpty();
  in_.ReleaseIfEmpty();
  out_.ReleaseIfEmpty();
  if (session_) session_->Rest();
}

bool DownstreamConnection::AdvanceHandshake() {
  if (preamble_) {
    if (!AdvancePreamble()) return phase_ == Phase::kLinger;
    worker_.handshakes.Push(*this);
    return false;
  }
  SignatureWait wait(signing_, worker_.loop, *this);
  switch (session_->Handshake(worker_.wall_now(), &wait)) {
    case tls::ServerSession::Progress::kWantRead:
    case tls::ServerSession::Progress::kWantWrite:
    case tls::ServerSession::Progress::kWantSignature:
      return false;
    case tls::ServerSession::Progress::kWantTurn:
      worker_.handshakes.Continue(*this);
      return false;
    case tls::ServerSession::Progress::kFailed:
      RefuseHandshake(session_->error());
      return true;
    case tls::ServerSession::Progress::kDone:
      break;
  }
  HandshakeOver();
  NoteHandshake();
  const Status welcome = worker_.live_peers.Welcome(peer_, session_->acceptance(), right_);
  if (!welcome.ok()) {  // Trust changed during the handshake.
    Evict(welcome.error());
    CloseOrderly();
    return true;
  }
  is_admitted_ = IsAdmitted();
  Serve();
  return true;
}

void DownstreamConnection::NoteHandshake() {
  worker_.counters.handshakes_completed.Add();
  CountSignatures();
  const tls::HandshakeFacts& facts = session_->facts();
  peer_.tls_version = facts.version;
  peer_.cipher = facts.cipher;
  peer_.server_name = facts.server_name;
  peer_.resumed = facts.resumed;
  if (facts.resumed) worker_.counters.handshakes_resumed.Add();
  RecogniseProxy();
  peer_.identity = session_->peer();
  if (peer_.identity) {
    worker_.recent_clients.Arrived(peer_, worker_.wall_now());
  }
}

// Serve chooses what the plaintext means from here on.
void DownstreamConnection::Serve() {
  phase_ = Phase::kServing;
  DownstreamTransport& transport = *this;  // a private base: named here, where it is accessible
  if (listener().front.mode == snapshot::Mode::kTcp) {
    protocol_ = std::make_unique<TcpTunnel>(transport);
    return;
  }
  const std::string_view agreed = session_->facts().protocol;
  const std::vector<snapshot::HttpVersion>& spoken = listener().protocols;
  const bool only_http2 = spoken.size() == 1 && spoken[0] == snapshot::HttpVersion::kHttp2;
  if (agreed != "h2" && !(agreed.empty() && only_http2)) {
    protocol_ = std::make_unique<Http1Connection>(transport);
    return;
  }
  auto http2 = Http2Connection::Create(transport);
  if (http2.ok()) {
    protocol_ = std::move(http2).value();
  } else {
    CloseOrderly();
  }
}

void DownstreamConnection::HandshakeOver() {
  handshake_over_ = true;
  signing_.reset();
  read_timer_.Disarm();
  write_timer_.Disarm();
  worker_.counters.handshakes_open.Subtract();
  owner_.OnHandshakeOver();
}

// Who has not said a byte has begun no handshake. Load balancers see whether a port is open, every
// second or so, each of them: that is counted, whichever side ended it, and no event.
void DownstreamConnection::CountSilent() {
  HandshakeOver();
  if (auto* counts = worker_.listener_counts.Of(peer_.listener_name)) {
    counts->closed_without_byte.Add();
  }
  phase_ = Phase::kClosed;
}

void DownstreamConnection::RefuseHandshake(const Error& error) {
  const bool is_silent = !has_spoken_ && ahead_.empty();
  if (is_silent && error.code == ErrorCode::kHandshakeAborted) return CountSilent();
  HandshakeOver();
  worker_.counters.handshakes_failed.Add();
  CountSignatures();
  peer_.server_name = session_->facts().server_name;
  LogTlsFailure(worker_, peer_,
                {"handshake-refused", error, session_->sent_alert(), session_->received_alert(),
                 session_->refused_peer().get()});
  // The alert is on its way: closing now could destroy it, so the client gets time to read it. What
  // it sent (keys, certificates) is not kept that long.
  const tls::HttpInClear heard = session_->heard_http();
  session_.reset();
  if (heard != tls::HttpInClear::kNone) AnswerInClear(heard);
  Linger();
}

// AnswerInClear waits for nothing: a socket that does not take this much at the start of its life
// is not worth it.
void DownstreamConnection::AnswerInClear(tls::HttpInClear request) {
  if (listener().front.mode != snapshot::Mode::kHttp)
    return (void)Write(AsBytes(kUnexpectedMessage));
  (void)Write(AsBytes(request == tls::HttpInClear::kHead ? kSpeakHttpsHead : kSpeakHttps));
}

void DownstreamConnection::CountSignatures() {
  worker_.counters.signatures_checked.Add(session_->facts().signature_checks);
}

// A client that goes away between two requests is no event; one that breaks the protocol is.
void DownstreamConnection::LogBrokenConnection() {
  if (session_->error().code != ErrorCode::kTlsRecord) return;
  LogTlsFailure(worker_, peer_,
                {"connection-broken", session_->error(), session_->sent_alert(),
                 session_->received_alert(), nullptr});
}

void DownstreamConnection::GiveUpHandshake() {
  if (!has_spoken_) return CountSilent();
  HandshakeOver();
  phase_ = Phase::kClosed;
  worker_.counters.handshakes_failed.Add();
  LogTlsFailure(worker_, peer_,
                {"handshake-refused", Error(ErrorCode::kHandshakeTimeout), -1, -1, nullptr});
}

bool DownstreamConnection::draining() const {
  return worker_.draining || eviction_ || IsListenerGone();
}

}  // namespace pinlatch::proxy
