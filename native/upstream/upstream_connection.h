// Owns one connection to an upstream: socket, TLS where the upstream has it, buffers of what is
// said within, readiness, the timer of its idleness. Lives on one worker; used by one stream (or
// HTTP/2 session) at a time, or waits in its pool. Knows bytes, not HTTP.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "base/result.h"
#include "generation/generation.h"
#include "io/event_loop.h"
#include "io/remote_wake.h"
#include "io/socket.h"
#include "session/client_session.h"
#include "upstream/live_upstreams.h"
#include "upstream/upstream_peer.h"

namespace pinlatch::proxy {

struct UpstreamWorker;

class UpstreamConnection final : public io::EventHandler,
                                 public io::TimerHandler,
                                 private io::Task,
                                 private UpstreamPeer::Owner {
 public:
  // User is told of events, also of a reason to distrust the peer. A call may destroy the
  // connection: it is the last thing the connection does.
  class User {
   public:
    virtual void OnUpstreamReady(UpstreamConnection& connection) = 0;
    // OnUpstreamTimer answers ArmTimer.
    virtual void OnUpstreamTimer(UpstreamConnection& /*connection*/) {}

   protected:
    ~User() = default;
  };

  // Open starts to connect. Where descriptors are used up, whoever can best spare one gives it
  // back. Errors: kUpstreamConnect; kDescriptorsExhausted, which says nothing about the upstream.
  static Result<std::unique_ptr<UpstreamConnection>> Open(UpstreamWorker& worker,
                                                          const Target& target);
  // Destroying it says farewell where TLS asks for that.
  ~UpstreamConnection();
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  void SetUser(User* user) { user_ = user; }
  // pool_key is Target::pool_key.
  const std::string& pool_key() const { return pool_key_; }

  // Connect says whether the connection stands and may be used, with TLS after the handshake and
  // by the rules that hold now: kMoved (it does), kWouldBlock (not yet) or kFailed.
  Transfer Connect();
  // Fill reads up to `max` bytes to the end of in(). With TLS, kEnd is close_notify only.
  Transfer Fill(size_t max);
  // Flush writes out() as far as the connection takes it: kMoved (some or all), kWouldBlock or
  // kFailed.
  Transfer Flush();
  // error is valid after kFailed.
  const Error& error() const { return error_; }
  // ShutdownWrite ends this side once out() is empty, with TLS by close_notify; the peer may go on
  // sending.
  void ShutdownWrite();
  // CutOff closes so that the peer sees a reset: what it has got is not all. Nothing else may be
  // called after it.
  void CutOff() {
    loop_.Unwatch(socket_.fd());
    socket_.CloseWithReset();
  }
  ByteBuffer& in() { return in_; }
  ByteBuffer& out() { return out_; }
  // Quiet says that nothing is buffered either way, that the peer has not closed and that it would
  // be accepted now: it may serve another request.
  bool Quiet();
  // StillQuiet is Quiet, and looks for what the loop has heard and not told yet: bytes that came
  // unasked would be taken for the answer to what is sent next.
  bool StillQuiet();
  // Admitted says that the peer would be accepted now; without TLS it always is.
  bool Admitted();
  // distrust says why the peer, at the last look at it, would not have been accepted any more;
  // nullptr: it would.
  const Error* distrust() const {
    return peer_ != nullptr && peer_->distrust ? &*peer_->distrust : nullptr;
  }
  // Rest gives memory back while nothing is in it.
  void Rest();
  // secure says that there is TLS.
  bool secure() const { return peer_ != nullptr; }
  // protocol is what the upstream chose by ALPN, "" for nothing and without TLS.
  std::string_view protocol() const;

  void ArmTimer(Duration delay) { loop_.timers().Arm(timer_, delay); }
  void DisarmTimer() { timer_.Disarm(); }

 private:
  // Wire is the socket as the TLS session sees it: it does not ask the kernel what readiness has
  // said already.
  class Wire final : public ByteStream {
   public:
    explicit Wire(UpstreamConnection& connection) : connection_(connection) {}
    Transfer Read(MutableByteSpan into) override { return connection_.ReadSocket(into); }
    Transfer Write(ByteSpan from) override { return connection_.WriteSocket(from); }

   private:
    UpstreamConnection& connection_;
  };

  static Result<io::Socket> StartConnect(UpstreamWorker& worker, const Target& target);
  UpstreamConnection(UpstreamWorker& worker, io::Socket socket, const Target& target);
  void OnReady(io::Readiness readiness) override;
  void OnTimer(io::Timer& timer) override;
  void Run() override;
  // The user is told at the end of the round: it may be what is asking.
  void OnDistrusted() override { loop_.RunSoon(*this); }
  std::unique_ptr<UpstreamPeer> PeerOf(const Target& target);
  Transfer Secure();
  Transfer Welcome();
  Transfer ReadSocket(MutableByteSpan into);
  Transfer WriteSocket(ByteSpan from);
  Transfer Fail(ErrorCode code, Transfer transfer);

  io::EventLoop& loop_;
  const WallClock wall_now_;
  LiveUpstreams& live_;
  io::Socket socket_;
  const std::string pool_key_;
  const std::unique_ptr<UpstreamPeer> peer_;  // nullptr: no TLS
  Wire wire_{*this};
  std::unique_ptr<io::RemoteWake> signing_;    // nullptr: no key was waited for
  std::optional<tls::ClientSession> session_;  // after TCP's connect, where there is TLS
  User* user_ = nullptr;
  ByteBuffer in_;
  ByteBuffer out_;
  Error error_;
  io::Timer timer_;
  bool connected_ = false;  // TCP's
  bool secured_ = false;    // the handshake is over, or none is needed
  bool readable_ = false;
  bool writable_ = false;
  bool hangup_ = false;
};

}  // namespace pinlatch::proxy
