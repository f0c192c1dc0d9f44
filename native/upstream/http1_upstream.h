// Owns one HTTP/1.1 request and its response on a connection of its own: from the pool or new, and
// back to the pool afterwards. Lives on one worker.
#pragma once

#include <memory>

#include "base/recycled.h"
#include "base/result.h"
#include "upstream/http1_client_codec.h"
#include "upstream/upstream_connection.h"
#include "upstream/upstream_pool.h"
#include "upstream/upstream_stream.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {

class Http1Upstream final : public Recycled<Http1Upstream>,
                            public UpstreamStream,
                            private UpstreamConnection::User {
 public:
  // Open takes an idle connection to `target` if it may, else starts a new one. `user` outlives the
  // stream. Errors: as of UpstreamConnection::Open.
  static Result<std::unique_ptr<UpstreamStream>> Open(UpstreamWorker& worker, const Target& target,
                                                      bool allow_reuse, UpstreamStream::User& user);
  Http1Upstream(UpstreamPool::Use use, std::unique_ptr<UpstreamConnection> connection, bool reused,
                UpstreamStream::User& user);
  ~Http1Upstream() override = default;
  Http1Upstream(const Http1Upstream&) = delete;
  Http1Upstream& operator=(const Http1Upstream&) = delete;

  Progress Connect() override;
  void SendHead(const UpstreamRequest& request) override;
  size_t BodyRoom() const override;
  void SendBody(ByteSpan payload) override;
  void EndBody(std::span<const http::Field> trailers) override;
  Progress Flush() override;
  bool drained() const override { return connection_->out().empty() && !owes_end_; }
  Progress ReceiveHead(http::ResponseHead& into) override;
  UpstreamPull PullBody(size_t max) override;
  bool may_upgrade() const override { return true; }
  void StartTunnel() override;
  bool complete() const override { return codec_.complete(); }
  std::span<const http::Field> response_trailers() const override { return {}; }
  void Finish(Duration keep_alive, uint32_t max_idle) override;
  const Error* distrust() const override { return connection_->distrust(); }
  const Error& error() const override { return error_; }
  Replay replay() const override;

 private:
  Progress Fail(Error error);
  void OnUpstreamReady(UpstreamConnection&) override { user_.OnUpstreamReady(); }

  UpstreamPool::Use use_;
  std::unique_ptr<UpstreamConnection> connection_;
  UpstreamStream::User& user_;
  Http1ClientCodec codec_;
  Error error_;
  const bool reused_;  // connection_ came from the pool
  bool tunnel_ = false;
  bool owes_end_ = false;  // a tunnel's end, behind what waits to be sent
  bool deaf_ = false;      // writing failed; it may still have answered
};

}  // namespace pinlatch::proxy
