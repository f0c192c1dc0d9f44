// Owns one connection to an upstream: socket, buffers, readiness, one timer. Lives on one worker;
// used by one exchange at a time, or waits in its pool. Knows bytes, not HTTP.
#pragma once

#include <memory>

#include "base/byte_buffer.h"
#include "base/result.h"
#include "io/event_loop.h"
#include "io/socket.h"
#include "proxy/generation.h"

namespace pinlatch::proxy {

class UpstreamConnection final : public io::EventHandler, public io::TimerHandler {
 public:
  // User is told of events. A call may destroy the connection: it is the last thing the connection
  // does.
  class User {
   public:
    virtual void OnUpstreamReady(UpstreamConnection& connection) = 0;
    virtual void OnUpstreamTimer(UpstreamConnection& connection) = 0;

   protected:
    ~User() = default;
  };

  // Open starts to connect. Error: kUpstreamConnect.
  static Result<std::unique_ptr<UpstreamConnection>> Open(io::EventLoop& loop,
                                                          const Target& target);
  ~UpstreamConnection();
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  void SetUser(User* user) { user_ = user; }
  const std::string& target_name() const { return target_name_; }

  // Connect says whether the connection stands: kMoved (it does), kWouldBlock (not yet) or kFailed.
  Transfer Connect();
  // Fill reads up to `max` bytes to the end of in().
  Transfer Fill(size_t max);
  // Flush writes out() as far as the socket takes it: kMoved (some or all), kWouldBlock or kFailed.
  Transfer Flush();
  // EndOut ends this side's stream, once out() is empty; the other side may go on sending.
  void EndOut() { socket_.ShutdownWrite(); }
  // CutOff closes so that the peer sees a reset: what it has got is not all. Nothing else may be
  // called after it.
  void CutOff() {
    loop_.Unwatch(socket_.fd());
    socket_.CloseWithReset();
  }
  ByteBuffer& in() { return in_; }
  ByteBuffer& out() { return out_; }
  // Quiet says that nothing is buffered either way and the peer has not closed: it may serve
  // another request.
  bool Quiet() const { return connected_ && !hangup_ && in_.empty() && out_.empty(); }

  void ArmTimer(Duration delay) { loop_.timers().Arm(timer_, delay); }
  void DisarmTimer() { timer_.Disarm(); }

 private:
  UpstreamConnection(io::EventLoop& loop, io::Socket socket, std::string target_name);
  void OnReady(io::Readiness readiness) override;
  void OnTimer(io::Timer& timer) override;

  io::EventLoop& loop_;
  io::Socket socket_;
  const std::string target_name_;
  User* user_ = nullptr;
  ByteBuffer in_;
  ByteBuffer out_;
  io::Timer timer_;
  bool connected_ = false;
  bool readable_ = false;
  bool writable_ = false;
  bool hangup_ = false;
};

}  // namespace pinlatch::proxy
