// See upstream_connection.h.
#include "upstream/upstream_connection.h"

#include <cstring>
#include <utility>

#include "upstream/signature_wait.h"
#include "upstream/upstream_security.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {
namespace {

constexpr int kMostTries = 4;  // to get a descriptor

}  // namespace

Result<std::unique_ptr<UpstreamConnection>> UpstreamConnection::Open(UpstreamWorker& worker,
                                                                     const Target& target) {
  PINLATCH_ASSIGN(io::Socket socket, StartConnect(worker, target));
  std::unique_ptr<UpstreamConnection> connection(
      new UpstreamConnection(worker, std::move(socket), target));
  Status watched = worker.loop.Watch(connection->socket_.fd(), *connection);
  if (!watched.ok()) return Error(ErrorCode::kUpstreamConnect, watched.error().detail);
  return connection;
}

// What one gives back another thread may take.
Result<io::Socket> UpstreamConnection::StartConnect(UpstreamWorker& worker, const Target& target) {
  for (int tries = 1;; ++tries) {
    auto started = io::StartConnect(target.address, worker.descriptors.plan().ceiling);
    if (started.ok() || started.error().code != ErrorCode::kDescriptorsExhausted) return started;
    if (tries == kMostTries || !worker.descriptors.Spare()) return started;
  }
}

UpstreamConnection::UpstreamConnection(UpstreamWorker& worker, io::Socket socket,
                                       const Target& target)
    : loop_(worker.loop),
      wall_now_(worker.wall_now),
      live_(worker.live_upstreams),
      socket_(std::move(socket)),
      pool_key_(target.pool_key),
      peer_(PeerOf(target)),
      timer_(*this) {}

std::unique_ptr<UpstreamPeer> UpstreamConnection::PeerOf(const Target& target) {
  if (target.security == nullptr) return nullptr;
  UpstreamPeer::Owner& owner = *this;  // the base is private: named here, where it is accessible
  return std::make_unique<UpstreamPeer>(target, owner);
}

UpstreamConnection::~UpstreamConnection() {
  if (peer_ != nullptr) live_.Leave(*peer_);
  if (session_) session_->Close();
  loop_.Unwatch(socket_.fd());
}

Transfer UpstreamConnection::Connect() {
  if (secured_) {
    if (Admitted()) return Transfer::Moved(0);
    error_ = *peer_->distrust;
    return Transfer::Failed(0);
  }
  if (!connected_) {
    if (!writable_ && !hangup_) return Transfer::WouldBlock();
    const int error = socket_.TakeError();
    if (error != 0) return Fail(ErrorCode::kUpstreamConnect, Transfer::Failed(error));
    connected_ = true;
  }
  if (peer_ != nullptr) return Secure();
  secured_ = true;
  return Transfer::Moved(0);
}

Transfer UpstreamConnection::Secure() {
  if (!session_) {
    const UpstreamSecurity& security = *peer_->security;
    auto session =
        tls::ClientSession::Create(security.context(), peer_->server, security, wire_, wall_now_());
    if (!session.ok()) {
      error_ = std::move(session).error();
      return Transfer::Failed(0);
    }
    session_ = std::move(session).value();
  }
  SignatureWait wait(signing_, loop_, *this);
  switch (session_->Handshake(wall_now_(), &wait)) {
    case tls::SessionProgress::kDone:
      return Welcome();
    case tls::SessionProgress::kWantRead:
    case tls::SessionProgress::kWantWrite:
    case tls::SessionProgress::kWantSignature:
      return Transfer::WouldBlock();
    case tls::SessionProgress::kWantTurn:  // requests are served between two signature checks
      loop_.RunSoon(*this);
      return Transfer::WouldBlock();
    case tls::SessionProgress::kFailed:
      break;
  }
  error_ = session_->error();
  return Transfer::Failed(0);
}

// The rules may have become others since the connection was begun.
Transfer UpstreamConnection::Welcome() {
  peer_->tls_version = session_->version();
  Status welcome = live_.Welcome(*peer_, session_->TakeChain(), session_->valid_until());
  if (!welcome.ok()) {
    error_ = std::move(welcome).error();
    return Transfer::Failed(0);
  }
  secured_ = true;
  return Transfer::Moved(0);
}

Transfer UpstreamConnection::ReadSocket(MutableByteSpan into) {
  // A hang-up that came with readability is read to its end first: the last bytes of a response
  // precede it.
  if (!readable_ && !hangup_) return Transfer::WouldBlock();
  const Transfer transfer = socket_.Read(into);
  if (transfer.kind == Transfer::Kind::kWouldBlock) readable_ = false;
  // The socket is empty: with edge-triggered events the next bytes announce themselves.
  const bool took_all = transfer.kind == Transfer::Kind::kMoved && transfer.count < into.size();
  if (took_all && !hangup_) readable_ = false;
  return transfer;
}

Transfer UpstreamConnection::WriteSocket(ByteSpan from) {
  if (!writable_) return Transfer::WouldBlock();
  const Transfer transfer = socket_.Write(from);
  if (transfer.kind == Transfer::Kind::kWouldBlock) writable_ = false;
  // What the service sent before it broke the connection is still there to be read.
  if (transfer.kind == Transfer::Kind::kFailed) readable_ = true;
  return transfer;
}

Transfer UpstreamConnection::Fill(size_t max) {
  if (!session_ && !readable_ && !hangup_) return Transfer::WouldBlock();
  const MutableByteSpan room = in_.Reserve(max).first(max);
  const Transfer transfer = session_ ? session_->Read(room) : ReadSocket(room);
  if (transfer.kind == Transfer::Kind::kMoved) in_.Commit(transfer.count);
  if (transfer.kind == Transfer::Kind::kFailed) return Fail(ErrorCode::kUpstreamReset, transfer);
  if (transfer.kind == Transfer::Kind::kWouldBlock) Rest();
  return transfer;
}

Transfer UpstreamConnection::Flush() {
  size_t flushed = 0;
  while (!out_.empty()) {
    const Transfer transfer =
        session_ ? session_->Write(out_.readable()) : WriteSocket(out_.readable());
    if (transfer.kind == Transfer::Kind::kFailed) return Fail(ErrorCode::kUpstreamReset, transfer);
    if (transfer.kind != Transfer::Kind::kMoved) break;
    out_.Consume(transfer.count);
    flushed += transfer.count;
  }
  out_.ReleaseIfEmpty();  // while the answer is awaited
  return flushed > 0 ? Transfer::Moved(flushed) : Transfer::WouldBlock();
}

void UpstreamConnection::ShutdownWrite() {
  if (session_)
    session_->Close();
  else
    socket_.ShutdownWrite();
}

Transfer UpstreamConnection::Fail(ErrorCode code, Transfer transfer) {
  const bool by_tls = session_ && transfer.system_error == 0;
  error_ = by_tls ? session_->error() : Error(code, std::strerror(transfer.system_error));
  return transfer;
}

bool UpstreamConnection::Quiet() {
  if (!secured_ || hangup_ || !in_.empty() || !out_.empty()) return false;
  return Admitted() && (!session_ || !session_->HasBuffered());
}

bool UpstreamConnection::StillQuiet() {
  const io::Readiness missed = loop_.Undelivered(socket_.fd());
  readable_ |= missed.readable;
  hangup_ |= missed.hangup;
  return Quiet() && (!readable_ || Fill(1).kind == Transfer::Kind::kWouldBlock);
}

bool UpstreamConnection::Admitted() {
  return peer_ == nullptr || peer_->proof == nullptr || live_.Trusts(*peer_);
}

void UpstreamConnection::Rest() {
  in_.ReleaseIfEmpty();
  out_.ReleaseIfEmpty();
  if (session_ && out_.empty()) session_->Rest();
}

std::string_view UpstreamConnection::protocol() const {
  return session_ ? session_->protocol() : std::string_view();
}

void UpstreamConnection::OnReady(io::Readiness readiness) {
  readable_ |= readiness.readable;
  writable_ |= readiness.writable;
  hangup_ |= readiness.hangup;
  if (user_ != nullptr) user_->OnUpstreamReady(*this);
}

void UpstreamConnection::Run() {
  if (user_ != nullptr) user_->OnUpstreamReady(*this);
}

void UpstreamConnection::OnTimer(io::Timer&) {
  if (user_ != nullptr) user_->OnUpstreamTimer(*this);
}

}  // namespace pinlatch::proxy
