// Owns a connection to an HTTP/2 upstream in memory: what it is fed is what the upstream sent. For
// tests and the fuzz target of upstream responses.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "http2/session.h"
#include "upstream/http2_upstream.h"

namespace pinlatch::test {

class MemoryCarrier final : public proxy::Http2UpstreamCarrier, private http2::SessionUser {
 public:
  MemoryCarrier() {
    auto made = http2::Session::Create(http2::Session::Role::kClient, {}, *this);
    if (made.ok()) session_ = std::move(made).value();
  }

  // Feed hands bytes to the session; what comes to an end with the connection is told.
  void Feed(ByteSpan bytes) {
    received_ += bytes.size();
    const Status status = session_->Receive(bytes, now_);
    if (!status.ok()) Break(Error(ErrorCode::kUpstreamMalformed, status.error().detail));
  }
  void Break(Error error) {
    dead_ = true;
    error_ = std::move(error);
    for (proxy::Http2Upstream* stream : streams_) stream->LoseConnection(error_);
  }
  // Sent takes what the session has to say.
  std::string Sent() {
    ByteBuffer out;
    session_->Send(out, 1024 * 1024);
    return std::string(out.text());
  }
  size_t streams() const { return streams_.size(); }
  void SetStands(bool stands) { stands_ = stands; }

  bool stands() const override { return stands_; }
  proxy::Progress Connect() const override {
    return dead_ ? proxy::Progress::kFailed : proxy::Progress::kMoved;
  }
  const Error& error() const override { return error_; }
  http2::Session& session() override { return *session_; }
  uint64_t received() const override { return received_; }
  void Attach(proxy::Http2Upstream& stream) override { streams_.push_back(&stream); }
  void Detach(proxy::Http2Upstream& stream) override { std::erase(streams_, &stream); }
  void NoteReady(proxy::Http2Upstream& stream) override { stream.TellUser(); }
  void SendSoon() override {}
  void KeepFor(Duration) override {}

 private:
  http2::StreamUser* OnRequest(int32_t, const http2::FieldBlock&, bool) override { return nullptr; }
  void OnMalformed(int32_t id, http2::StreamUser*, const http2::FieldBlock&,
                   std::string_view why) override {
    for (proxy::Http2Upstream* stream : streams_) {
      if (stream->id() == id) stream->Refuse(std::string(why));
    }
  }
  void OnSettings() override {}
  void OnGoAway(int32_t last, http2::Code) override {
    for (proxy::Http2Upstream* stream : streams_) stream->NoteGoAway(last);
  }

  std::unique_ptr<http2::Session> session_;
  std::vector<proxy::Http2Upstream*> streams_;
  Error error_;
  MonotonicTime now_{std::chrono::hours(1)};
  uint64_t received_ = 0;
  bool dead_ = false;
  bool stands_ = true;
};

// CountingUser counts how often it is told.
struct CountingUser final : proxy::UpstreamStream::User {
  void OnUpstreamReady() override { ++told; }
  int told = 0;
};

}  // namespace pinlatch::test
