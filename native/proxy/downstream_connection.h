// Owns one accepted connection: its socket, TLS session, buffers and timers, and the order of its
// phases: handshake → (head → exchange)* → linger → closed. One request at a time; pipelined ones
// wait in the socket. Lives on one worker; destroyed by its owner when it reports itself closed.
#pragma once

#include <memory>
#include <string>

#include "base/byte_buffer.h"
#include "io/event_loop.h"
#include "io/socket.h"
#include "proxy/eviction.h"
#include "proxy/exchange.h"
#include "proxy/http1_stream.h"
#include "proxy/peer.h"
#include "proxy/standing.h"
#include "proxy/worker_context.h"
#include "tls/server_session.h"

namespace pinlatch::proxy {

class DownstreamConnection final : private io::EventHandler,
                                   private io::TimerHandler,
                                   private io::Task,
                                   private ByteStream,
                                   private Http1Stream::Channel {
 public:
  // Owner keeps connections alive.
  class Owner {
   public:
    // OnHandshakeOver is called once, when the handshake succeeded, failed or was given up.
    virtual void OnHandshakeOver() = 0;
    // OnClosed tells the owner to destroy the connection; it is the last thing the connection does.
    virtual void OnClosed(DownstreamConnection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  // Create sets up the TLS session and starts to listen for events. Error: kInternal, kSystem.
  static Result<std::unique_ptr<DownstreamConnection>> Create(WorkerContext& worker, Owner& owner,
                                                              io::Accepted accepted,
                                                              size_t listener_index);
  ~DownstreamConnection();
  DownstreamConnection(const DownstreamConnection&) = delete;
  DownstreamConnection& operator=(const DownstreamConnection&) = delete;

  // OnPublish takes over the worker's new generation; the request in flight keeps its own.
  void OnPublish();
  // Reexamine closes the connection when its client may not stay (LivePeers): at once when it
  // carries no request, else within its grace. It may end in OnClosed.
  void Reexamine();
  // OnDrain stops keeping the connection alive: an idle one waits a moment for a request that is on
  // its way.
  void OnDrain();

  size_t slot = 0;  // the owner's index of this connection

 private:
  enum class Phase : uint8_t { kHandshake, kHead, kExchange, kLinger, kClosed };
  enum class Waiting : uint8_t { kNothing, kHandshake, kIdle, kHead, kBody, kLinger };

  DownstreamConnection(WorkerContext& worker, Owner& owner, io::Accepted accepted,
                       size_t listener_index);

  // Each Advance… says whether the connection should be advanced again at once.
  void Advance();
  bool AdvanceHandshake();
  bool AdvanceHead();
  bool AdvanceOneExchange();
  bool AdvanceLinger();

  void HandshakeOver();
  void RefuseHandshake(const Error& error);
  void LogBrokenConnection();
  void BeginExchange(size_t head_length);
  void BeginRefusal(Error error);
  bool FinishExchange();
  void WatchForVanishedClient();
  void WatchBodyPace();
  // downstream_eviction.cc: MayStay evicts who may not.
  bool MayStay();
  void Evict(const Error& why);
  void OnGraceOver();
  // FlushOut writes out_ as far as the client takes it; false when the connection broke.
  bool FlushOut();
  void CloseOrderly();
  void Linger();
  void Await(Waiting what, Duration delay);
  void Rest();
  const snapshot::Listener& listener() const;

  void OnReady(io::Readiness readiness) override;
  void OnTimer(io::Timer& timer) override;
  void OnReadTimer();
  void OnWriteTimer();
  void Run() override;

  // ByteStream: the encrypted side, for the session.
  Transfer Read(MutableByteSpan into) override;
  Transfer Receive(MutableByteSpan into);
  Transfer Write(ByteSpan from) override;

  // Http1Stream::Channel: the plaintext side.
  ByteBuffer& in() override { return in_; }
  ByteBuffer& out() override { return out_; }
  Transfer FillIn() override;
  bool draining() const override;
  uint32_t most_requests() const override { return listener().limits.requests_per_connection; }
  void AdvanceExchange() override { Advance(); }

  WorkerContext& worker_;
  Owner& owner_;
  io::Socket socket_;
  GenerationPtr generation_;
  int listener_index_ = 0;
  std::shared_ptr<const tls::ServerContext> tls_context_;  // outlives session_
  std::unique_ptr<tls::ServerSession> session_;
  Peer peer_;
  // Received, still encrypted: the rest of what the worker's buffer holds for as long as this
  // connection's turn, and what waits longer.
  ByteSpan fresh_;
  ByteBuffer ahead_;
  ByteBuffer in_;
  ByteBuffer out_;
  Http1Stream stream_;
  std::unique_ptr<Exchange> exchange_;
  Standing standing_;
  std::unique_ptr<Eviction> eviction_;  // nullptr: the client may stay
  io::Timer read_timer_;
  io::Timer write_timer_;
  size_t head_scanned_ = 0;
  uint64_t window_bytes_ = 0;  // body bytes since the pace was last looked at
  Phase phase_ = Phase::kHandshake;
  Waiting waiting_ = Waiting::kNothing;
  bool handshake_over_ = false;
  bool readable_ = false;
  bool writable_ = false;
  bool more_follows_ = false;  // the record that is being written is not the last one that waits
  bool hangup_ = false;
  bool read_closed_ = false;  // the client ended its side with close_notify
};

}  // namespace pinlatch::proxy
