// Owns one HTTP/2 request to an upstream and its response: a stream of a connection that others
// share. Lives on one worker.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_buffer.h"
#include "base/result.h"
#include "http2/session.h"
#include "upstream/http2_upstream_carrier.h"
#include "upstream/interim_bound.h"
#include "upstream/upstream_stream.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

class Http2Upstream final : public UpstreamStream, private http2::StreamUser {
 public:
  // Open takes a place on a connection to `target`, a new one if `allow_reuse` is false. `user`
  // outlives the stream. Errors: as of UpstreamConnection::Open.
  static Result<std::unique_ptr<UpstreamStream>> Open(UpstreamWorker& worker, const Target& target,
                                                      bool allow_reuse, UpstreamStream::User& user);
  Http2Upstream(Http2UpstreamCarrier& connection, bool secure, UpstreamStream::User& user);
  ~Http2Upstream() override;
  Http2Upstream(const Http2Upstream&) = delete;
  Http2Upstream& operator=(const Http2Upstream&) = delete;

  Progress Connect() override;
  void SendHead(const UpstreamRequest& request) override;
  size_t BodyRoom() const override;
  void SendBody(ByteSpan payload) override;
  void EndBody(std::span<const http::Field> trailers) override;
  Progress Flush() override;
  bool drained() const override { return out_.empty() || over_; }
  bool begun() const override { return head_sent_ || over_; }
  Progress ReceiveHead(http::ResponseHead& into) override;
  UpstreamPull PullBody(size_t max) override;
  bool complete() const override { return head_given_ && ended_ && body_.size() == pulled_; }
  std::span<const http::Field> response_trailers() const override {
    return trailer_block_.fields();
  }
  void Finish(Duration keep_alive, uint32_t max_idle) override;
  const Error* distrust() const override { return connection_.distrust(); }
  const Error& error() const override { return error_; }
  Replay replay() const override { return replay_; }

  // For the connection. id is 0 before SendHead.
  int32_t id() const { return id_; }
  void TellUser() { user_.OnUpstreamReady(); }
  // LoseConnection and Refuse end the stream: with its connection, or because what came on it is no
  // HTTP.
  void LoseConnection(const Error& error);
  void Refuse(std::string why);
  // NoteGoAway says that the upstream has not acted on streams above `last_stream`.
  void NoteGoAway(int32_t last_stream);

 private:
  void OnFields(const http2::FieldBlock& block) override;
  void OnData(ByteSpan bytes) override;
  void OnEnd() override;
  void OnClosed(http2::Code code) override;
  void OnHeadSent() override { head_sent_ = true; }
  void OnSent() override {}
  ByteBuffer& outgoing() override { return out_; }
  void OnTaken() override;
  bool outgoing_ended() const override { return request_ended_; }
  std::span<const http::Field> trailers() const override { return request_trailers_; }

  // Interim is a response before the final one, until it has been asked for.
  struct Interim {
    uint16_t status = 0;
    http2::FieldBlock block;
  };

  void TakeInterim(uint16_t status, const http2::FieldBlock& block);
  void Fail(ErrorCode code, std::string detail, Replay replay);
  void ReleasePulled();

  Http2UpstreamCarrier& connection_;
  UpstreamStream::User& user_;
  const bool secure_;
  const bool reused_;  // the connection stood already
  int32_t id_ = 0;
  ByteBuffer out_;
  std::span<const http::Field> request_trailers_;  // the downstream stream's
  http2::FieldBlock head_block_;
  http2::FieldBlock trailer_block_;
  ByteBuffer body_;
  size_t pulled_ = 0;  // bytes at the front of body_ that the last PullBody handed out
  uint16_t status_ = 0;
  InterimBound interim_bound_;
  std::vector<std::unique_ptr<Interim>> interims_;
  size_t interims_given_ = 0;     // of these; views into the last one may be in use
  uint64_t received_before_ = 0;  // by the connection, when the head was sent
  Error error_;
  Replay replay_ = Replay::kNever;
  bool has_head_ = false;    // of the final response
  bool head_given_ = false;  // to the user, who may have sent it on
  bool ended_ = false;       // the response is complete
  bool failed_ = false;      // it will never be
  bool over_ = false;        // nothing refers to the stream in the session any more
  bool head_sent_ = false;
  bool request_ended_ = false;
  bool taken_ = false;  // of out_, since the last Flush
};

}  // namespace pinlatch::proxy
