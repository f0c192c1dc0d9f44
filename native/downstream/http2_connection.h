// Owns the HTTP/2 of one connection: its session, its streams, what bounds them together, and the
// orderly end (RFC 9113). Frames are http2/session.h's, one request is http2_stream.h. Lives on one
// worker, owned by its connection.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "downstream/downstream_protocol.h"
#include "downstream/http2_stream.h"
#include "http2/session.h"
#include "io/timer_wheel.h"

namespace pinlatch::proxy {

class Http2Connection final : public DownstreamProtocol,
                              private http2::SessionUser,
                              private Http2Stream::Carrier,
                              private io::TimerHandler {
 public:
  // Create makes the session. The transport is borrowed; it outlives the protocol. Error: kInternal
  // (out of memory).
  static Result<std::unique_ptr<DownstreamProtocol>> Create(DownstreamTransport& transport);
  ~Http2Connection() override;

  bool Advance() override;
  bool busy() const override { return !streams_.empty(); }
  bool serves() const override {
    return owes_rest_ || std::any_of(streams_.begin(), streams_.end(), [](const auto& stream) {
             return stream->is_admitted() && !stream->answered();
           });
  }
  void OnReadTimer() override;
  void OnWriteTimeout() override;
  void OnDrain() override;
  void OnEvicted() override;
  bool OnReexamined() override;
  void OnGraceOver(ErrorCode reason) override;
  void Rest() override;

 private:
  enum class Waiting : uint8_t { kNothing, kSettings, kIdle, kBlock };

  explicit Http2Connection(DownstreamTransport& transport);

  // Each says whether it moved anything; it may end the connection.
  bool Receive();
  bool AdvanceStreams();
  bool Send();
  void CheckSession();
  void Reap();
  void Log(Http2Stream& stream);
  void AbandonAll(ErrorCode reason);
  void End(ErrorCode reason);
  void LogFailure(const Error& error);
  void ChooseTimer();
  void Await(Waiting what, Duration delay);
  void BeginShutdown();

  // http2::SessionUser
  http2::StreamUser* OnRequest(int32_t stream, const http2::FieldBlock& block, bool ended) override;
  void OnMalformed(int32_t stream, http2::StreamUser* user, const http2::FieldBlock& block,
                   std::string_view why) override;
  void OnSettings() override {}
  void OnGoAway(int32_t, http2::Code) override {}

  // Http2Stream::Carrier
  http2::Session& session() override { return *session_; }
  WorkerContext& worker() override { return worker_; }
  const snapshot::Listener& listener() const override { return transport_.listener(); }
  bool MayBacklog(size_t bytes) const override;
  void CountBacklog(ptrdiff_t change) override;
  Status MayGoOn() override;
  void Due(Http2Stream& stream) override;
  // At the end of the round: what several upstreams answered in it leaves in one record.
  void Wake() override { transport_.WakeSoon(); }

  void OnTimer(io::Timer& timer) override;

  DownstreamTransport& transport_;
  WorkerContext& worker_;
  KnownPeer& peer_;
  std::unique_ptr<http2::Session> session_;
  std::vector<std::unique_ptr<Http2Stream>> streams_;
  std::vector<Http2Stream*> due_;   // whose exchange is to be advanced, or which are over
  std::vector<Http2Stream*> turn_;  // those of `due_` whose turn it is
  size_t backlog_ = 0;              // response bytes that wait on all streams
  io::Timer shutdown_timer_;        // between the two steps of the orderly end
  Waiting waiting_ = Waiting::kSettings;
  uint32_t requests_ = 0;   // that it has carried
  bool ended_ = false;      // the transport was told to close
  bool owes_rest_ = false;  // of a response to an admitted request, which waits for the socket
  bool shutting_down_ = false;
  bool failure_logged_ = false;
};

}  // namespace pinlatch::proxy
