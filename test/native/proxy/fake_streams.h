// Owns streams without a network, for either side of an exchange: what they are given is kept, what
// they say is what the test has put there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exchange/downstream_stream.h"
#include "http/head.h"
#include "upstream/upstream_stream.h"

namespace pinlatch::test {

// FakeDownstream is a client of one request.
class FakeDownstream final : public proxy::DownstreamStream {
 public:
  std::string body;  // of the request, still to come
  bool body_is_whole = true;
  Status may_go_on;

  uint16_t status = 0;  // of the response; 0: none has begun
  std::string answer;   // its body
  bool ended = false;
  bool aborted = false;
  int wakes = 0;
  std::vector<uint16_t> interims;  // statuses
  std::string interim_fields;      // of all of them
  bool is_left_to_service = false;

  std::string_view protocol() const override { return "HTTP/1.1"; }
  bool carries_trailers() const override { return false; }
  proxy::BodyPull PullBody(size_t max) override {
    using Kind = proxy::BodyPull::Kind;
    if (body.empty()) return {body_is_whole ? Kind::kEnd : Kind::kBlocked, {}, {}};
    piece_ = body.substr(0, max);
    body.erase(0, piece_.size());
    return {Kind::kData, AsBytes(piece_), {}};
  }
  std::span<const http::Field> request_trailers() const override { return {}; }
  void DiscardBufferedBody() override { body.clear(); }
  void LeaveInvitation() override { is_left_to_service = true; }
  void SendInterim(uint16_t interim, std::span<const http::Field> fields) override {
    interims.push_back(interim);
    for (const http::Field& field : fields) {
      interim_fields.append(field.name).append("=").append(field.value).append(";");
    }
  }
  void SendHead(const proxy::OutgoingHead& head) override { status = head.status; }
  size_t BodyRoom() const override { return 1024; }
  void SendBody(ByteSpan payload) override { answer.append(AsText(payload)); }
  void EndBody(std::span<const http::Field>) override { ended = true; }
  uint16_t StartTunnel(const proxy::OutgoingHead&, std::string_view) override {
    return status = 101;
  }
  void Abort() override { aborted = true; }
  Status MayGoOn() override { return may_go_on; }
  void Wake() override { ++wakes; }

 private:
  std::string piece_;
};

// UpstreamScript is what one stream to a service will do, and what it was given.
struct UpstreamScript {
  bool connects = true;
  std::vector<std::string> interim_heads;
  std::string response_head;  // empty: none comes
  std::string response_body;
  bool is_whole = true;  // nothing comes after response_body
  proxy::Replay replay = proxy::Replay::kNever;
  bool is_lost = false;  // no answer will come: the connection is gone

  std::string target;
  std::string head;
  std::string body;
  bool ended = false;     // the request is complete
  bool finished = false;  // what carried it may carry others
  bool dropped = false;   // the stream is gone
};

class FakeUpstream final : public proxy::UpstreamStream {
 public:
  explicit FakeUpstream(UpstreamScript& script) : script_(script) {}
  ~FakeUpstream() override { script_.dropped = true; }

  proxy::Progress Connect() override {
    return script_.connects ? proxy::Progress::kMoved : proxy::Progress::kFailed;
  }
  void SendHead(const proxy::UpstreamRequest& request) override {
    script_.head = AsText(request.head);
    is_head_ = request.is_head;
  }
  size_t BodyRoom() const override { return 1024; }
  void SendBody(ByteSpan payload) override { script_.body.append(AsText(payload)); }
  void EndBody(std::span<const http::Field>) override { script_.ended = true; }
  proxy::Progress Flush() override {
    return std::exchange(flushed_, true) ? proxy::Progress::kBlocked : proxy::Progress::kMoved;
  }
  bool drained() const override { return true; }
  proxy::Progress ReceiveHead(http::ResponseHead& into) override {
    if (script_.is_lost) return proxy::Progress::kFailed;
    if (!script_.interim_heads.empty()) {
      interim_ = script_.interim_heads.front();
      script_.interim_heads.erase(script_.interim_heads.begin());
      const Status parsed = http::ParseResponseHead(interim_, is_head_, {}, into);
      return parsed.ok() ? proxy::Progress::kMoved : proxy::Progress::kFailed;
    }
    if (script_.response_head.empty()) return proxy::Progress::kBlocked;
    const Status parsed = http::ParseResponseHead(script_.response_head, is_head_, {}, into);
    return parsed.ok() ? proxy::Progress::kMoved : proxy::Progress::kFailed;
  }
  proxy::UpstreamPull PullBody(size_t max) override {
    using Kind = proxy::UpstreamPull::Kind;
    if (script_.response_body.empty()) {
      is_complete_ = script_.is_whole;
      return {script_.is_whole ? Kind::kEnd : Kind::kBlocked, {}};
    }
    piece_ = script_.response_body.substr(0, max);
    script_.response_body.erase(0, piece_.size());
    return {Kind::kData, AsBytes(piece_)};
  }
  bool complete() const override { return is_complete_; }
  std::span<const http::Field> response_trailers() const override { return {}; }
  void Finish(Duration, uint32_t) override { script_.finished = true; }
  const Error& error() const override { return error_; }
  proxy::Replay replay() const override { return script_.replay; }

 private:
  UpstreamScript& script_;
  const Error error_{ErrorCode::kUpstreamConnect, "the script says so"};
  std::string piece_;
  std::string interim_;
  bool is_head_ = false;
  bool flushed_ = false;
  bool is_complete_ = false;
};

}  // namespace pinlatch::test
