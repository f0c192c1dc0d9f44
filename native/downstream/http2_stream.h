// Owns one request of an HTTP/2 connection: its exchange, the body that waits for the exchange and
// the one that waits for the client. Lives in its connection, on one worker.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_buffer.h"
#include "base/recycled.h"
#include "exchange/downstream_stream.h"
#include "exchange/exchange.h"
#include "http2/session.h"
#include "io/timer_wheel.h"

namespace pinlatch::proxy {

class Http2Stream final : public Recycled<Http2Stream>,
                          public DownstreamStream,
                          public http2::StreamUser,
                          private io::TimerHandler {
 public:
  // Carrier is the connection.
  class Carrier {
   public:
    virtual http2::Session& session() = 0;
    virtual WorkerContext& worker() = 0;
    virtual const snapshot::Listener& listener() const = 0;
    // MayBacklog says whether `bytes` more may wait for the client on all streams together.
    virtual bool MayBacklog(size_t bytes) const = 0;
    virtual void CountBacklog(ptrdiff_t change) = 0;
    // MayGoOn is DownstreamStream's.
    virtual Status MayGoOn() = 0;
    // Due has the stream's exchange advanced with the connection's next turn; Wake takes that turn
    // now, and the stream may be gone when it returns.
    virtual void Due(Http2Stream& stream) = 0;
    virtual void Wake() = 0;

   protected:
    ~Carrier() = default;
  };

  Http2Stream(Carrier& carrier, KnownPeer& peer, int32_t id);
  ~Http2Stream();
  Http2Stream(const Http2Stream&) = delete;
  Http2Stream& operator=(const Http2Stream&) = delete;

  // Begin judges a request; `ended` says that no body follows. Refuse answers one that is none.
  void Begin(const http::RequestHead& head, bool ended);
  void Refuse(Error error, bool ended);
  // Advance moves the exchange on; it says whether anything moved.
  bool Advance();
  // Abandon ends the request without an answer.
  void Abandon(ErrorCode reason);
  bool is_admitted() const { return exchange_.is_admitted(); }
  // Evict ends what may not have the grace of a client that has to go: a tunnel, and a request of
  // which the service has got nothing.
  void Evict(ErrorCode reason);
  // Rejudge asks whether what is under way may go on (Exchange::Rejudge).
  bool Rejudge() { return exchange_.Rejudge(); }
  // answered says that nothing more happens to the request: the record can be logged. over says so
  // of the stream; between the two it lingers, for the rest of the body to be thrown away.
  bool answered() const { return closed_ || lingers_; }
  bool over() const { return closed_; }
  const RequestRecord& record() const { return exchange_.record(); }
  bool due = false;     // the carrier's
  bool logged = false;  // the same

  std::string_view protocol() const override { return "HTTP/2.0"; }
  bool carries_trailers() const override { return true; }
  BodyPull PullBody(size_t max) override;
  std::span<const http::Field> request_trailers() const override { return trailers_in_.fields(); }
  void DiscardBufferedBody() override;
  void LeaveInvitation() override { awaits_invitation_ = std::exchange(expect_continue_, false); }
  void SendInterim(uint16_t status, std::span<const http::Field> fields) override;
  void SendHead(const OutgoingHead& head) override;
  size_t BodyRoom() const override;
  void SendBody(ByteSpan payload) override;
  void EndBody(std::span<const http::Field> trailers) override;
  uint16_t StartTunnel(const OutgoingHead& head, std::string_view protocol) override;
  void Abort() override;
  Status MayGoOn() override { return carrier_.MayGoOn(); }
  void Wake() override;

 private:
  // Trailers are fields that are kept.
  class Trailers {
   public:
    void Set(std::span<const http::Field> fields);
    std::span<const http::Field> fields() const { return fields_; }

   private:
    std::string bytes_;
    std::vector<http::Field> fields_;
  };

  // http2::StreamUser
  void OnFields(const http2::FieldBlock& block) override;
  void OnData(ByteSpan bytes) override;
  void OnEnd() override;
  void OnClosed(http2::Code code) override;
  void OnHeadSent() override { interim_waiting_ = 0; }
  void OnSent() override;
  ByteBuffer& outgoing() override { return outgoing_; }
  void OnTaken() override;
  bool outgoing_ended() const override { return outgoing_ended_; }
  std::span<const http::Field> trailers() const override { return trailers_out_.fields(); }

  void OnTimer(io::Timer& timer) override;
  void OnBodyWindow();
  void OnStall();
  void WatchBodyPace();
  void WatchStall();
  void Linger();
  void Withhold(size_t count);
  void ReturnPulled();
  void Recount();

  Carrier& carrier_;
  const int32_t id_;
  Exchange exchange_;
  ByteBuffer incoming_;
  ByteBuffer outgoing_;
  size_t pulled_ = 0;           // bytes at the front of incoming_ that the last PullBody handed out
  size_t counted_ = 0;          // of outgoing_, with the carrier
  uint64_t window_bytes_ = 0;   // body bytes since the pace was last looked at
  size_t interim_waiting_ = 0;  // bytes of interim responses that have not left
  size_t withheld_ = 0;         // room that the client has not got back for what was thrown away
  Trailers trailers_in_;
  Trailers trailers_out_;
  io::Timer body_timer_;   // armed while the exchange waits for body
  io::Timer stall_timer_;  // armed while the client takes nothing of what waits, or it lingers
  bool request_ended_ = false;
  bool expect_continue_ = false;
  bool awaits_invitation_ = false;  // of the service, which owes the next word
  bool waits_for_body_ = false;
  bool discarding_ = false;  // nobody will pull the rest of the body
  bool outgoing_ended_ = false;
  bool lingers_ = false;
  bool closed_ = false;
};

}  // namespace pinlatch::proxy
