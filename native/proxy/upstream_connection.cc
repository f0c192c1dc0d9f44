// See upstream_connection.h.
#include "proxy/upstream_connection.h"

#include <utility>

namespace pinlatch::proxy {

Result<std::unique_ptr<UpstreamConnection>> UpstreamConnection::Open(io::EventLoop& loop,
                                                                     const Target& target) {
  PINLATCH_ASSIGN(io::Socket socket, io::StartConnect(target.address));
  std::unique_ptr<UpstreamConnection> connection(
      new UpstreamConnection(loop, std::move(socket), target.name));
  Status watched = loop.Watch(connection->socket_.fd(), *connection);
  if (!watched.ok()) return Error(ErrorCode::kUpstreamConnect, watched.error().detail);
  return connection;
}

UpstreamConnection::UpstreamConnection(io::EventLoop& loop, io::Socket socket,
                                       std::string target_name)
    : loop_(loop),
      socket_(std::move(socket)),
      target_name_(std::move(target_name)),
      timer_(*this) {}

UpstreamConnection::~UpstreamConnection() { loop_.Unwatch(socket_.fd()); }

Transfer UpstreamConnection::Connect() {
  if (connected_) return Transfer::Moved(0);
  if (!writable_ && !hangup_) return Transfer::WouldBlock();
  const int error = socket_.TakeError();
  if (error != 0) return Transfer::Failed(error);
  connected_ = true;
  return Transfer::Moved(0);
}

Transfer UpstreamConnection::Fill(size_t max) {
  // A hang-up that came with readability is read to its end first: the last bytes of a response
  // precede it.
  if (!readable_ && !hangup_) return Transfer::WouldBlock();
  const MutableByteSpan room = in_.Reserve(max).first(max);
  const Transfer transfer = socket_.Read(room);
  if (transfer.kind == Transfer::Kind::kWouldBlock) readable_ = false;
  if (transfer.kind == Transfer::Kind::kMoved) {
    in_.Commit(transfer.count);
    // The socket is empty: with edge-triggered events the next bytes announce themselves.
    if (transfer.count < max && !hangup_) readable_ = false;
  }
  return transfer;
}

Transfer UpstreamConnection::Flush() {
  size_t flushed = 0;
  while (writable_ && !out_.empty()) {
    const Transfer transfer = socket_.Write(out_.readable());
    if (transfer.kind == Transfer::Kind::kFailed) return transfer;
    if (transfer.kind != Transfer::Kind::kMoved) {
      writable_ = false;
      break;
    }
    out_.Consume(transfer.count);
    flushed += transfer.count;
  }
  out_.ReleaseIfEmpty();  // while the answer is awaited
  return flushed > 0 ? Transfer::Moved(flushed) : Transfer::WouldBlock();
}

void UpstreamConnection::OnReady(io::Readiness readiness) {
  readable_ |= readiness.readable;
  writable_ |= readiness.writable;
  hangup_ |= readiness.hangup;
  if (user_ != nullptr) user_->OnUpstreamReady(*this);
}

void UpstreamConnection::OnTimer(io::Timer&) {
  if (user_ != nullptr) user_->OnUpstreamTimer(*this);
}

}  // namespace pinlatch::proxy
