// See http1_upstream.h.
#include "upstream/http1_upstream.h"

#include <utility>

#include "base/record_payload.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kPiece = 16 * 1024;             // of a request: the most that a TLS record carries
constexpr size_t kUpstreamBacklog = 2 * kPiece;  // request bytes that may wait for the upstream

}  // namespace

Result<std::unique_ptr<UpstreamStream>> Http1Upstream::Open(UpstreamWorker& worker,
                                                            const Target& target, bool allow_reuse,
                                                            UpstreamStream::User& user) {
  UpstreamPool::Use use = worker.pool.Begin(target);
  std::unique_ptr<UpstreamConnection> connection = allow_reuse ? use.TakeIdle() : nullptr;
  const bool reused = connection != nullptr;
  if (reused) {
    worker.counters.upstream_connections_reused.Add();
  } else {
    PINLATCH_ASSIGN(connection, UpstreamConnection::Open(worker, target));
    worker.counters.upstream_connections_opened.Add();
  }
  return std::unique_ptr<UpstreamStream>(
      new Http1Upstream(std::move(use), std::move(connection), reused, user));
}

Http1Upstream::Http1Upstream(UpstreamPool::Use use, std::unique_ptr<UpstreamConnection> connection,
                             bool reused, UpstreamStream::User& user)
    : use_(std::move(use)), connection_(std::move(connection)), user_(user), reused_(reused) {
  connection_->SetUser(this);
}

Progress Http1Upstream::Connect() {
  const Transfer transfer = connection_->Connect();
  if (transfer.kind == Transfer::Kind::kMoved) return Progress::kMoved;
  if (transfer.kind == Transfer::Kind::kWouldBlock) return Progress::kBlocked;
  return Fail(connection_->error());
}

void Http1Upstream::SendHead(const UpstreamRequest& request) {
  codec_.WriteHead(connection_->out(), request);
}

// A tunnel's connection never comes back: it says nothing of how many idle ones will be needed.
void Http1Upstream::StartTunnel() {
  tunnel_ = true;
  use_.End();
}

size_t Http1Upstream::BodyRoom() const {
  const size_t waiting = connection_->out().size();
  return deaf_ || waiting >= kUpstreamBacklog ? 0 : kPiece;
}

void Http1Upstream::SendBody(ByteSpan payload) { codec_.WriteBody(connection_->out(), payload); }

void Http1Upstream::EndBody(std::span<const http::Field> /*trailers*/) {
  if (tunnel_) {
    owes_end_ = true;
  } else {
    codec_.WriteEnd(connection_->out());
  }
}

Progress Http1Upstream::Flush() {
  const Transfer transfer = connection_->Flush();
  if (transfer.kind == Transfer::Kind::kFailed) {
    deaf_ = true;
    connection_->out().Clear();
    owes_end_ = false;
    return Fail(connection_->error());
  }
  if (owes_end_ && connection_->out().empty()) {
    owes_end_ = false;
    connection_->ShutdownWrite();
    return Progress::kMoved;
  }
  return transfer.kind == Transfer::Kind::kMoved ? Progress::kMoved : Progress::kBlocked;
}

Progress Http1Upstream::ReceiveHead(http::ResponseHead& into) {
  codec_.TakeRead(connection_->in());
  while (true) {
    auto read = codec_.ReadHead(connection_->in(), into);
    if (!read.ok()) return Fail(std::move(read).error());
    if (*read) return Progress::kMoved;
    const Transfer transfer = connection_->Fill(kPiece);
    if (transfer.kind == Transfer::Kind::kWouldBlock) return Progress::kBlocked;
    if (transfer.kind == Transfer::Kind::kEnd) {
      return Fail(Error(ErrorCode::kUpstreamReset, "closed the connection before a response head"));
    }
    if (transfer.kind == Transfer::Kind::kFailed) return Fail(connection_->error());
  }
}

UpstreamPull Http1Upstream::PullBody(size_t max) {
  while (true) {
    auto piece = codec_.ReadBody(connection_->in(), max);
    if (!piece.ok()) {
      Fail(std::move(piece).error());
      return {UpstreamPull::Kind::kFailed, {}};
    }
    if (!piece->empty()) return {UpstreamPull::Kind::kData, *piece};
    if (codec_.complete()) return {UpstreamPull::Kind::kEnd, {}};
    // A tunnel may rest for hours: without bytes it has no buffer, and with some a small one.
    const Transfer transfer = connection_->Fill(tunnel_ ? kRecordPayload : 2 * kRecordPayload);
    if (transfer.kind == Transfer::Kind::kMoved) continue;
    if (transfer.kind == Transfer::Kind::kWouldBlock) {
      if (tunnel_) connection_->in().ReleaseIfEmpty();
      return {};
    }
    if (transfer.kind == Transfer::Kind::kEnd && codec_.EndOfStream().ok()) {
      return {UpstreamPull::Kind::kEnd, {}};
    }
    Fail(Error(ErrorCode::kUpstreamTruncated, "the response ended early"));
    return {UpstreamPull::Kind::kFailed, {}};
  }
}

void Http1Upstream::Finish(Duration keep_alive, uint32_t max_idle) {
  codec_.TakeRead(connection_->in());
  connection_->SetUser(nullptr);
  // What may have come behind the response is looked for: whoever comes next would take it for his.
  if (!tunnel_ && codec_.keep_alive() && codec_.request_complete() && !deaf_ &&
      connection_->Quiet() && connection_->Fill(1).kind == Transfer::Kind::kWouldBlock) {
    use_.Keep(std::move(connection_), keep_alive, max_idle);
  }
  connection_.reset();
}

Replay Http1Upstream::replay() const {
  if (codec_.heard_anything(connection_->in())) return Replay::kNever;
  // A kept-alive connection may have been closed while the request was under way: then nobody has
  // acted on it.
  return reused_ ? Replay::kIdempotent : Replay::kUnanswered;
}

Progress Http1Upstream::Fail(Error error) {
  error_ = std::move(error);
  return Progress::kFailed;
}

}  // namespace pinlatch::proxy
