// Owns one accepted connection: its socket, TLS session, buffers and timers, and its phases:
// handshake → serving → linger → closed. What the plaintext means is its protocol's. Lives on one
// worker; destroyed by its owner when it reports itself closed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "admission/place.h"
#include "base/byte_buffer.h"
#include "downstream/downstream_protocol.h"
#include "downstream/preamble.h"
#include "exchange/worker_context.h"
#include "generation/known_clients.h"
#include "io/event_loop.h"
#include "io/remote_wake.h"
#include "io/socket.h"
#include "record/right_to_stay.h"
#include "session/server_session.h"

namespace pinlatch::proxy {

class DownstreamConnection final : private io::EventHandler,
                                   private io::TimerHandler,
                                   private io::Task,
                                   private ByteStream,
                                   private DownstreamTransport,
                                   private Place {
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

  // Arrival is a connection that has been accepted.
  struct Arrival {
    io::Accepted accepted;
    size_t listener_index;
    Places& places;      // of the listener on this worker
    AddressLease lease;  // counts it for its address, where that has been asked
  };

  // Create sets up the TLS session, takes a place and starts to listen for events. Error:
  // kInternal, kSystem.
  static Result<std::unique_ptr<DownstreamConnection>> Create(WorkerContext& worker, Owner& owner,
                                                              Arrival arrival);
  ~DownstreamConnection();
  DownstreamConnection(const DownstreamConnection&) = delete;
  DownstreamConnection& operator=(const DownstreamConnection&) = delete;

  // OnPublish takes over the worker's new generation; the request in flight keeps its own.
  void OnPublish();
  // Reexamine closes the connection when its client may not stay (LivePeers): at once when it
  // carries no request, else within its grace. It may end in OnClosed.
  void Reexamine();
  // OnDrain stops keeping the connection alive: one that is idle, or has not begun its handshake,
  // waits a moment (kLameDuck) for what is on its way. It may not end in OnClosed.
  void OnDrain();

  uint32_t slot = 0;  // the owner's index of this connection

 private:
  enum class Phase : uint8_t { kHandshake, kServing, kLinger, kClosed };

  DownstreamConnection(WorkerContext& worker, Owner& owner, Arrival arrival);

  // Each Advance… says whether the connection should be advanced again at once.
  void Advance();
  bool AdvancePhase();
  void AdvancePhases();
  bool AdvanceHandshake();
  bool AdvanceLinger();

  // downstream_preamble.cc
  void PreparePreamble();
  bool AdvancePreamble();
  bool FinishPreamble();
  void RecogniseProxy();

  void HandshakeOver();
  void NoteHandshake();
  void RefuseHandshake(const Error& error);
  void AnswerInClear(tls::HttpInClear request);
  void CountSilent();
  void GiveUpHandshake();
  void CountSignatures();
  void LogBrokenConnection();
  void Serve();
  // Every publication is taken over (OnPublish) before anything else happens.
  bool IsListenerGone() const { return generation_ != worker_.generation; }
  // downstream_eviction.cc
  void Evict(const Error& why);
  void Linger();
  void Rest();

  // downstream_place.cc
  bool HasUnread() override;
  bool HasTurn() const override { return has_turn_; }
  std::optional<uint64_t> AddressKey() const override;
  void GiveWay() override;
  bool IsAdmitted();
  Stage StageNow() const;
  void Settle();
  void AwaitFirstByte();
  void HasSpoken();
  void StepForward();

  void OnReady(io::Readiness readiness) override;
  void OnTimer(io::Timer& timer) override;
  void OnReadTimer();
  void Run() override;

  // ByteStream: the encrypted side, for the session.
  Transfer Read(MutableByteSpan into) override;
  Transfer Receive(MutableByteSpan into);
  Transfer Write(ByteSpan from) override;

  // DownstreamTransport: the plaintext side, for the protocol.
  WorkerContext& worker() override { return worker_; }
  KnownPeer& peer() override { return peer_; }
  const snapshot::Listener& listener() const override { return *listener_; }
  ByteBuffer& in() override { return in_; }
  ByteBuffer& out() override { return out_; }
  Transfer FillIn() override;
  bool FlushOut() override;
  bool hangup() const override { return hangup_; }
  bool draining() const override;
  bool evicting() const override { return eviction_ != nullptr; }
  ErrorCode eviction_reason() const override { return eviction_->reason; }
  bool MayStay() override;
  void NoteAdmitted() override { was_served_ = true; }
  void AwaitFor(Duration delay) override;
  void AwaitNothing() override { read_timer_.Disarm(); }
  void Wake() override { Advance(); }
  void WakeSoon() override { worker_.loop.RunSoon(*this); }
  void CloseOrderly() override;
  void CloseIdle() override;
  void CloseBroken() override;
  void CloseWithReset() override;
  void CloseDenied() override;
  bool EndOut() override;

  io::Socket socket_;  // beside `slot`, which leaves no gap: there are many connections
  WorkerContext& worker_;
  Owner& owner_;
  GenerationPtr generation_;            // the worker's; an older one where the listener is gone
  const snapshot::Listener* listener_;  // in `generation_`
  std::shared_ptr<const tls::ServerContext> tls_context_;  // outlives session_
  std::unique_ptr<io::RemoteWake> signing_;                // nullptr: no key was waited for
  std::optional<tls::ServerSession> session_;              // none: refused, and lingering
  KnownPeer peer_;
  AddressLease lease_;
  std::unique_ptr<Preamble> preamble_;  // nullptr: TLS has begun
  // Received, still encrypted: the rest of what the worker's buffer holds for as long as this
  // connection's turn, and what waits longer.
  ByteSpan fresh_;
  ByteBuffer ahead_;
  ByteBuffer in_;
  ByteBuffer out_;
  std::unique_ptr<DownstreamProtocol> protocol_;  // from the end of the handshake on
  RightToStay right_;
  std::unique_ptr<Eviction> eviction_;  // nullptr: the client may stay
  // Until the handshake is over: what bounds a silence, and what bounds all of it.
  io::Timer read_timer_;
  io::Timer write_timer_;
  Phase phase_ = Phase::kHandshake;
  bool handshake_over_ = false;
  bool is_answered_ = false;       // its ClientHello has come, whole, and been answered
  bool was_served_ = false;        // with something that it may have, in the turn that it has
  bool has_turn_ = false;          // Advance, or the end of all, is on the call stack
  bool is_admitted_ = false;       // by some route of the listener
  bool counts_for_proxy_ = false;  // the limits of its address are asked once the client is known
  bool readable_ = false;
  bool writable_ = false;
  bool more_follows_ = false;  // the record that is being written is not the last one that waits
  bool hangup_ = false;
  bool has_spoken_ = false;  // a byte came from the client, besides what a proxy says of it
};

}  // namespace pinlatch::proxy
