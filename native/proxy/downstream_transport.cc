// See downstream_connection.h. This file: bytes in and out, timers, and the ways a connection ends.
#include <algorithm>
#include <array>
#include <utility>

#include "proxy/access_log.h"
#include "proxy/downstream_connection.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kRecord = 16 * 1024;
constexpr size_t kDirectRead = 4 * 1024;  // a record body of this size is worth no detour
constexpr Milliseconds kLingerTime{2000};

}  // namespace

void DownstreamConnection::OnReady(io::Readiness readiness) {
  readable_ |= readiness.readable || readiness.hangup;
  writable_ |= readiness.writable;
  hangup_ |= readiness.hangup;
  // Handshakes come after the requests of the same round.
  if (phase_ == Phase::kHandshake) return worker_.loop.RunSoon(*this);
  Advance();
}

void DownstreamConnection::Run() {
  if (phase_ == Phase::kHandshake && !worker_.MayHandshake()) return worker_.loop.RunSoon(*this);
  Advance();
}

// mbedTLS asks for the five bytes of a record's head and then for its body. One system call fetches
// both, and whatever follows: what was not asked for yet waits in the worker's buffer (fresh_).
Transfer DownstreamConnection::Read(MutableByteSpan into) {
  if (!ahead_.empty()) {
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
  return transfer;
}

Transfer DownstreamConnection::Write(ByteSpan from) {
  if (!writable_) return Transfer::WouldBlock();
  const Transfer transfer = more_follows_ ? socket_.WriteMore(from) : socket_.Write(from);
  if (transfer.kind == Transfer::Kind::kWouldBlock) writable_ = false;
  if (transfer.kind == Transfer::Kind::kMoved) worker_.counters.bytes_sent.Add(transfer.count);
  return transfer;
}

Transfer DownstreamConnection::FillIn() {
  MutableByteSpan room = in_.Reserve(kRecord);
  const Transfer transfer = session_->Read(room.first(kRecord));
  if (transfer.kind == Transfer::Kind::kMoved) {
    in_.Commit(transfer.count);
    window_bytes_ += transfer.count;
  }
  return transfer;
}

bool DownstreamConnection::FlushOut() {
  while (!out_.empty()) {
    const ByteSpan readable = out_.readable();
    const size_t size = std::min(readable.size(), kRecordPayload);
    more_follows_ = size < readable.size();
    const Transfer transfer = session_->Write(readable.first(size));
    more_follows_ = false;
    if (transfer.kind == Transfer::Kind::kMoved) {
      out_.Consume(transfer.count);
      write_timer_.Disarm();
      continue;
    }
    if (transfer.kind != Transfer::Kind::kWouldBlock) return false;
    if (!write_timer_.armed()) worker_.loop.timers().Arm(write_timer_, listener().timeouts.write);
    return true;
  }
  return true;
}

// The body timeout is looked at in windows: in each, a client that is being waited for must send at
// least what the slowest tolerated pace gives, and at least one byte. A body that waits for its
// upstream is not the client's fault.
void DownstreamConnection::WatchBodyPace() {
  if (!stream_.waits_for_body()) {
    if (waiting_ == Waiting::kBody) Await(Waiting::kNothing, {});
  } else if (waiting_ != Waiting::kBody) {
    window_bytes_ = 0;
    Await(Waiting::kBody, listener().timeouts.body);
  }
}

void DownstreamConnection::Await(Waiting what, Duration delay) {
  waiting_ = what;
  if (what == Waiting::kNothing) {
    read_timer_.Disarm();
  } else {
    worker_.loop.timers().Arm(read_timer_, delay);
  }
}

void DownstreamConnection::OnTimer(io::Timer& timer) {
  if (&timer == &write_timer_) {
    OnWriteTimer();
  } else if (eviction_ && &timer == &eviction_->grace) {
    OnGraceOver();
  } else {
    OnReadTimer();
  }
  Advance();
}

void DownstreamConnection::OnReadTimer() {
  switch (std::exchange(waiting_, Waiting::kNothing)) {
    case Waiting::kHandshake:
      HandshakeOver();
      worker_.counters.handshakes_failed.Add();
      LogTlsFailure(worker_, peer_,
                    {"handshake-refused", Error(ErrorCode::kHandshakeTimeout), -1, -1, nullptr});
      phase_ = Phase::kClosed;
      break;
    case Waiting::kIdle:
      CloseOrderly();
      break;
    case Waiting::kHead:
      BeginRefusal(Error(ErrorCode::kHeadTimeout));
      break;
    case Waiting::kBody: {
      const auto seconds = static_cast<uint64_t>(listener().timeouts.body.count()) / 1000;
      const uint64_t least =
          std::max<uint64_t>(1, listener().limits.body_bytes_per_second * seconds);
      if (window_bytes_ < least) {
        exchange_->Fail(Error(ErrorCode::kBodyTimeout));
      } else {
        window_bytes_ = 0;
        Await(Waiting::kBody, listener().timeouts.body);
      }
      break;
    }
    case Waiting::kLinger:
      phase_ = Phase::kClosed;
      break;
    case Waiting::kNothing:
      break;
  }
}

// The client took nothing for the whole timeout: what was buffered for it is given up.
void DownstreamConnection::OnWriteTimer() {
  if (exchange_) {
    exchange_->Abandon(ErrorCode::kWriteTimeout);
    stream_.Abort();
  } else {
    phase_ = Phase::kClosed;
  }
}

void DownstreamConnection::CloseOrderly() {
  (void)session_
      ->Close();  // A close_notify that the socket does not take at once is not worth waiting for.
  Linger();
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
  Await(Waiting::kLinger, kLingerTime);
}

bool DownstreamConnection::AdvanceLinger() {
  std::array<uint8_t, 4096> discarded;
  const Transfer transfer = Receive(discarded);
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind != Transfer::Kind::kMoved) phase_ = Phase::kClosed;
  return true;
}

}  // namespace pinlatch::proxy
