// Owns one HTTP/2 connection to an upstream: transport, session, and which streams are on it. Many
// exchanges of a worker share it. Lives on one worker, owned by its Http2UpstreamPool.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http2/session.h"
#include "io/event_loop.h"
#include "upstream/http2_upstream_carrier.h"
#include "upstream/upstream_connection.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::proxy {

struct UpstreamWorker;

class Http2UpstreamConnection final : public Http2UpstreamCarrier,
                                      private UpstreamConnection::User,
                                      private http2::SessionUser,
                                      private io::Task {
 public:
  // kMostStreams is how many exchanges share one connection, if the upstream takes that many.
  static constexpr uint32_t kMostStreams = 100;

  class Owner {
   public:
    // OnOver says that the connection is of no more use; it is to be destroyed.
    virtual void OnOver(Http2UpstreamConnection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  // Open starts to connect. All that is referred to outlives it. Errors: as of
  // UpstreamConnection::Open.
  static Result<std::unique_ptr<Http2UpstreamConnection>> Open(UpstreamWorker& worker,
                                                               const Target& target, Owner& owner);
  // Every stream must have been detached.
  ~Http2UpstreamConnection();
  Http2UpstreamConnection(const Http2UpstreamConnection&) = delete;
  Http2UpstreamConnection& operator=(const Http2UpstreamConnection&) = delete;

  const std::string& pool_key() const { return transport_->pool_key(); }
  // takes_streams says that one more stream may come.
  bool takes_streams() const;
  // idle says that it has no streams, and that nothing of it is on the call stack: it may be
  // destroyed.
  bool idle() const { return streams_.empty() && !has_turn_; }
  // SayFarewell sends GOAWAY, as far as it is taken at once.
  void SayFarewell();

  bool stands() const override { return session_ != nullptr; }
  Progress Connect() const override;
  const Error& error() const override { return error_; }
  const Error* distrust() const override { return transport_->distrust(); }
  http2::Session& session() override { return *session_; }
  uint64_t received() const override { return received_; }
  void Attach(Http2Upstream& stream) override;
  void Detach(Http2Upstream& stream) override;
  void NoteReady(Http2Upstream& stream) override;
  void SendSoon() override { loop_.RunSoon(*this); }
  void KeepFor(Duration idle) override { keep_alive_ = idle; }

 private:
  Http2UpstreamConnection(io::EventLoop& loop, std::unique_ptr<UpstreamConnection> transport,
                          Owner& owner);
  void Pump();
  void TakeTurn();
  bool Establish();
  bool Receive();
  bool Send();
  void NoticeEnd();
  void NoticeDistrust();
  void Fail(Error error);
  void TellReady();

  void Run() override;
  void OnUpstreamReady(UpstreamConnection& transport) override;
  void OnUpstreamTimer(UpstreamConnection& transport) override;
  http2::StreamUser* OnRequest(int32_t stream, const http2::FieldBlock& block, bool ended) override;
  void OnMalformed(int32_t stream, http2::StreamUser* user, const http2::FieldBlock& block,
                   std::string_view why) override;
  void OnSettings() override {}
  void OnGoAway(int32_t last_stream, http2::Code code) override;

  io::EventLoop& loop_;
  std::unique_ptr<UpstreamConnection> transport_;
  Owner& owner_;
  std::unique_ptr<http2::Session> session_;  // once the transport stands
  std::vector<Http2Upstream*> streams_;
  std::vector<Http2Upstream*> ready_;
  Error error_;
  Duration keep_alive_;
  uint64_t received_ = 0;
  bool going_away_ = false;  // the upstream takes no more streams
  bool dead_ = false;        // nothing more moves
  bool has_turn_ = false;    // streams are told of what came
};

}  // namespace pinlatch::proxy
