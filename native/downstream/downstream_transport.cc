// See downstream_connection.h. This file: bytes in and out, timers, and the ways a connection ends.
#include <algorithm>
#include <array>

#include "base/record_payload.h"
#include "downstream/downstream_connection.h"
#include "exchange/downstream_stream.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kRecord = 16 * 1024;
constexpr size_t kDirectRead = 4 * 1024;  // a record body of this size is worth no detour

}  // namespace

void DownstreamConnection::OnReady(io::Readiness readiness) {
  readable_ |= readiness.readable || readiness.hangup;
  writable_ |= readiness.writable;
  hangup_ |= readiness.hangup;
  if (phase_ != Phase::kHandshake) return Advance();
  // Handshakes come after the requests of the same round, and take turns. What comes before TLS
  // costs little, and says whose connection it is: that does not wait for a turn.
  if (preamble_) return worker_.loop.RunSoon(*this);
  worker_.handshakes.Push(*this);
}

void DownstreamConnection::Run() { Advance(); }

// mbedTLS asks for the five bytes of a record's head and then for its body. One system call fetches
// both, and whatever follows: what was not asked for yet waits in the worker's buffer (fresh_).
Transfer DownstreamConnection::Read(MutableByteSpan into) {
  if (!ahead_.empty()) {
    has_spoken_ = true;
    const size_t taken = std::min(into.size(), ahead_.size());
    std::copy_n(ahead_.readable().begin(), taken, into.begin());
    ahead_.Consume(taken);
    return Transfer::Moved(taken);
  }
  if (fresh_.empty()) {
    if (into.size() >= kDirectRead) return Receive(into);
    const Transfer transfer = Receive(worker_.received);
    if (transfer.kind != Transfer::Kind::kMoved) return transfer;
    fresh_ = ByteSpan(worker_.received).first(transfer.count);
  }
  const size_t taken = std::min(into.size(), fresh_.size());
  std::copy_n(fresh_.begin(), taken, into.begin());
  fresh_ = fresh_.subspan(taken);
  return Transfer::Moved(taken);
}

// Receive reads from the socket. A read that does not fill its room has emptied the socket: with
// edge-triggered events the next bytes announce themselves, so asking once more can be saved.
Transfer DownstreamConnection::Receive(MutableByteSpan into) {
  if (!readable_) return Transfer::WouldBlock();
  const Transfer transfer = socket_.Read(into);
  if (transfer.kind == Transfer::Kind::kWouldBlock) readable_ = false;
  if (transfer.kind != Transfer::Kind::kMoved) return transfer;
  if (transfer.count < into.size() && !hangup_) readable_ = false;
  worker_.counters.bytes_received.Add(transfer.count);
  if (phase_ == Phase::kHandshake) HasSpoken();
  return transfer;
}

Transfer DownstreamConnection::Write(ByteSpan from) {
  if (!writable_) return Transfer::WouldBlock();
  const Transfer transfer = more_follows_ ? socket_.WriteMore(from) : socket_.Write(from);
  if (transfer.kind == Transfer::Kind::kWouldBlock) writable_ = false;
  // What the client sent before it broke the connection, its alert, is still there to be read.
  if (transfer.kind == Transfer::Kind::kFailed) readable_ = true;
  if (transfer.kind != Transfer::Kind::kMoved) return transfer;
  worker_.counters.bytes_sent.Add(transfer.count);
  is_answered_ |= preamble_ == nullptr;  // TLS speaks when it has heard a ClientHello
  return transfer;
}

Transfer DownstreamConnection::FillIn() {
  MutableByteSpan room = in_.Reserve(kRecord);
  const Transfer transfer = session_->Read(room.first(kRecord));
  if (transfer.kind == Transfer::Kind::kMoved) in_.Commit(transfer.count);
  return transfer;
}

// Each record that the client takes renews the time for the next, while it is served. Else all that
// waits has to be taken within that time.
bool DownstreamConnection::FlushOut() {
  while (!out_.empty()) {
    const ByteSpan readable = out_.readable();
    const size_t size = std::min(readable.size(), kRecordPayload);
    more_follows_ = size < readable.size();
    const Transfer transfer = session_->Write(readable.first(size));
    more_follows_ = false;
    if (transfer.kind == Transfer::Kind::kMoved) {
      out_.Consume(transfer.count);
      if (out_.empty() || protocol_->serves()) write_timer_.Disarm();
      continue;
    }
    if (transfer.kind != Transfer::Kind::kWouldBlock) return false;
    if (!write_timer_.armed()) worker_.loop.timers().Arm(write_timer_, listener().timeouts.write);
    return true;
  }
  return true;
}

void DownstreamConnection::AwaitFor(Duration delay) {
  worker_.loop.timers().Arm(read_timer_, delay);
}

// A client that has spoken in time is not silent because the worker has not got round to it; the
// time for the whole handshake goes on.
void DownstreamConnection::OnTimer(io::Timer& timer) {
  if (&timer == &read_timer_ && phase_ == Phase::kHandshake && HasUnread()) {
    return AwaitFirstByte();
  }
  if (&timer == &read_timer_ || phase_ == Phase::kHandshake) {
    OnReadTimer();
  } else if (phase_ == Phase::kServing) {
    if (&timer == &write_timer_) {
      protocol_->OnWriteTimeout();
    } else {
      protocol_->OnGraceOver(eviction_->reason);
    }
  }
  Advance();
}

void DownstreamConnection::OnReadTimer() {
  switch (phase_) {
    case Phase::kHandshake:
      return GiveUpHandshake();
    case Phase::kServing:
      return protocol_->OnReadTimer();
    case Phase::kLinger:
      phase_ = Phase::kClosed;
      return;
    case Phase::kClosed:
      return;
  }
}

void DownstreamConnection::CloseOrderly() {
  (void)session_
      ->Close();  // A close_notify that the socket does not take at once is not worth waiting for.
  Linger();
}

// Nobody waits for a client that keeps its connection for later and does not look at it meanwhile.
void DownstreamConnection::CloseIdle() {
  if (HasUnread()) return CloseOrderly();
  (void)session_->Close();
  socket_.ShutdownWrite();
  phase_ = Phase::kClosed;
}

void DownstreamConnection::CloseBroken() {
  LogBrokenConnection();
  phase_ = Phase::kClosed;
}

void DownstreamConnection::CloseWithReset() {
  worker_.loop.Unwatch(socket_.fd());
  socket_.CloseWithReset();
  phase_ = Phase::kClosed;
}

void DownstreamConnection::CloseDenied() {
  session_->Deny();
  Linger();
}

bool DownstreamConnection::EndOut() {
  if (session_->Close() == tls::ServerSession::Progress::kWantWrite) return false;
  socket_.ShutdownWrite();
  return true;
}

// Linger sends FIN and reads on for a moment: closing a socket with unread bytes would reset the
// connection and could destroy a response or an alert that the client has not read yet (RFC 9112
// section 9.6). Time is the only bound: a client that uploads at full speed sends megabytes before
// it looks at the answer, and throwing them away costs less than taking them would have.
void DownstreamConnection::Linger() {
  socket_.ShutdownWrite();
  in_.Release();
  out_.Release();
  ahead_.Release();
  fresh_ = {};
  write_timer_.Disarm();
  phase_ = Phase::kLinger;
  AwaitFor(kLingerTime);
}

bool DownstreamConnection::AdvanceLinger() {
  std::array<uint8_t, 4096> discarded;
  const Transfer transfer = Receive(discarded);
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind != Transfer::Kind::kMoved) phase_ = Phase::kClosed;
  return true;
}

}  // namespace pinlatch::proxy
