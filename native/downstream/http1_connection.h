// Owns the HTTP/1.1 of one connection: head → exchange, again and again, one request at a time;
// pipelined ones wait in the socket. Refuses heads that are none, watches the pace of bodies. Lives
// on one worker, owned by its connection.
#pragma once

#include <memory>

#include "downstream/downstream_protocol.h"
#include "downstream/http1_stream.h"
#include "exchange/exchange.h"

namespace pinlatch::proxy {

class Http1Connection final : public DownstreamProtocol, private Http1Stream::Channel {
 public:
  // The transport is borrowed; it outlives the protocol.
  explicit Http1Connection(DownstreamTransport& transport);
  ~Http1Connection() override;

  bool Advance() override;
  bool busy() const override { return exchange_ != nullptr; }
  bool serves() const override { return exchange_ && exchange_->is_admitted(); }
  void OnReadTimer() override;
  void OnWriteTimeout() override;
  void OnDrain() override;
  void OnEvicted() override;
  bool OnReexamined() override;
  void OnGraceOver(ErrorCode reason) override;
  void Rest() override {}

 private:
  enum class Waiting : uint8_t { kNothing, kIdle, kHead, kBody };
  enum class EmptyLine : uint8_t { kNone, kBegun, kPassed };

  bool AdvanceHead();
  // FindHead is http::FindHeadEnd behind the one empty line that may come before a request line
  // (RFC 9112 section 2.2).
  Result<size_t> FindHead();
  bool MayBeEmptyLine(char first) const;
  Status PassEmptyLine();
  bool FillHead();
  bool AdvanceExchangeOnce();
  // StartOver has the next head looked for from its first byte.
  void StartOver() {
    head_scanned_ = 0;
    empty_line_ = EmptyLine::kNone;
  }
  void BeginExchange(size_t head_length);
  void BeginRefusal(Error error);
  bool FinishExchange();
  void WatchForVanishedClient();
  void WatchBodyPace();
  void OnBodyWindow();
  void AwaitRequest();
  void Await(Waiting what, Duration delay);

  // Http1Stream::Channel
  ByteBuffer& in() override { return transport_.in(); }
  ByteBuffer& out() override { return transport_.out(); }
  Transfer FillIn() override;
  bool draining() const override { return transport_.draining(); }
  uint32_t most_requests() const override { return listener().limits.requests_per_connection; }
  Status MayGoOn() override;
  void AdvanceExchange() override { transport_.Wake(); }

  const snapshot::Listener& listener() const { return transport_.listener(); }

  DownstreamTransport& transport_;
  WorkerContext& worker_;
  KnownPeer& peer_;
  Http1Stream stream_;
  std::unique_ptr<Exchange> exchange_;
  size_t head_scanned_ = 0;
  EmptyLine empty_line_ = EmptyLine::kNone;  // before the head that is awaited
  uint64_t window_bytes_ = 0;                // body bytes since the pace was last looked at
  Waiting waiting_ = Waiting::kNothing;
  bool read_closed_ = false;  // the client ended its side with close_notify
};

}  // namespace pinlatch::proxy
